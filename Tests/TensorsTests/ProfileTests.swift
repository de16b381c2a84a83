import SiamTensors
import TestSupport
import Testing

@Suite struct ProfileTests {
  private struct Failure: Error {}

  private func spend(_ milliseconds: Int) {
    let end = ContinuousClock.now + .milliseconds(milliseconds)
    while ContinuousClock.now < end {}
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }

  private func row(_ profile: Profile, _ name: String) throws -> Profile.Row {
    try #require(profile.rows.first { $0.name == name })
  }

  @Test func `work inside other work counts for itself, and all of it adds up to the wall's time`() throws {
    let profile = Profile()
    let wall = seconds {
      profile.timed("outer") {
        spend(5)
        for _ in 0..<2 { profile.timed("inner") { spend(10) } }
        profile.timed("inner", .backward) { profile.timed("innermost") { spend(15) } }
      }
    }
    let (outer, inner) = (try row(profile, "outer"), try row(profile, "inner"))
    let innermost = try row(profile, "innermost")
    #expect(profile.rows.map(\.name) == ["outer", "inner", "innermost"])
    #expect(outer.calls == 1 && inner.calls == 2 && innermost.calls == 1)
    #expect(outer.forward >= 0.005 && inner.forward >= 0.02 && innermost.forward >= 0.015)
    #expect(outer.forward <= wall - 0.035 && inner.backward <= wall - 0.04)
    let sum = profile.rows.reduce(0) { $0 + $1.seconds }
    #expect(sum <= wall && sum >= 0.04)
  }

  @Test func `an error passes through, and what is measured after it stands on its own`() throws {
    let profile = Profile()
    #expect(throws: Failure.self) {
      try profile.timed("outer") { () throws(Failure) in
        try profile.timed("inner") { () throws(Failure) in throw Failure() }
      }
    }
    profile.timed("later") { spend(3) }
    #expect(profile.rows.map(\.name) == ["outer", "inner", "later"])
    #expect(profile.rows.map(\.calls) == [1, 1, 1])
    #expect(try row(profile, "later").forward >= 0.003)
  }

  @Test func `without a profile nothing is kept, and with one only its own work`() throws {
    let profile = Profile()
    #expect(profiled("before") { 1 } == 1)
    let seen = Profile.$current.withValue(profile) {
      profiled("within") { spend(1) }
      return parallelMap(2) { index in profiled("\(index)") { Profile.current === profile } }
    }
    #expect(profiled("after") { 3 } == 3)
    #expect(Set(profile.rows.map(\.name)).isSubset(of: ["within", "0", "1"]))
    #expect(try row(profile, "within").calls == 1 && seen.count == 2)
  }

  @Test func `what is measured whole has no rows inside`() throws {
    let profile = Profile()
    try Profile.$current.withValue(profile) {
      try profiledWhole("whole") { profiled("inside") { spend(2) } }
    }
    #expect(profile.rows.map(\.name) == ["whole"])
    #expect(try row(profile, "whole").forward >= 0.002)
  }

  @Test("parallel work is divided by the seconds of its parts, on any number of threads", arguments: [1, 2])
  func parts(threads: Int) throws {
    let profile = Profile()
    let wall = withThreadCount(threads) {
      seconds {
        Profile.$current.withValue(profile) {
          profiled("views") { parts in
            parallelFor(4) { _ in
              parts.timed("decode") { spend(2) }
              parts.timed("augment") { spend(6) }
            }
          }
        }
      }
    }
    #expect(Set(profile.rows.map(\.name)) == ["views: decode", "views: augment"])
    let sum = profile.rows.reduce(0) { $0 + $1.seconds }
    #expect(sum <= wall && sum >= 0.032 / Double(threads))
    // Both parts may be stretched by other work on the machine, but not out of all proportion.
    #expect(try row(profile, "views: decode").seconds > 0.02 * sum)
    #expect(try row(profile, "views: augment").seconds > 0.2 * sum)
  }
}
