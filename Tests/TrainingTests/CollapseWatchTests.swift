import SiamFeatures
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite struct CollapseWatchTests {
  /// Outputs along so many directions, of length about 1; 0 directions are all alike.
  private func gauges(directions: Int, rows: Int = 64, dimension: Int = 32) -> CollapseGauges {
    let draws = draws(rows * dimension, 7)
    let values = (0..<rows * dimension).map { place -> Float in
      let column = place % dimension
      return directions == 0 ? 1 : column < directions ? draws[place] : 0
    }
    return CollapseGauges(values, dimension: dimension)
  }

  @Test("a kind is said once, after so many looks in a row", arguments: [(0, "total"), (1, "dimensional")])
  func kinds(directions: Int, kind: String) {
    var watch = CollapseWatch(stepsPerEpoch: 1000)
    let gauges = gauges(directions: directions)
    var said: [String] = []
    for look in 0..<20 {
      if let found = watch.note(gauges, step: 100 + look) { said.append("\(look) \(found.rawValue)") }
    }
    #expect(said == ["\(CollapseWatch.patience - 1) \(kind)"])
    #expect(watch.found.map(\.rawValue) == [kind])
  }

  @Test func `one healthy look begins the count anew, and early looks do not count`() {
    var watch = CollapseWatch(stepsPerEpoch: 30)
    let (sick, healthy) = (gauges(directions: 0), gauges(directions: 32))
    #expect(healthy.diagnosis() == .none)
    for step in 0..<30 { #expect(watch.note(sick, step: step) == nil) }
    for step in 30..<34 { #expect(watch.note(sick, step: step) == nil) }
    #expect(watch.note(healthy, step: 34) == nil)
    for step in 35..<39 { #expect(watch.note(sick, step: step) == nil) }
    #expect(watch.note(sick, step: 39) == .total)
  }

  @Test("a rank is held against that of the first step", arguments: [true, false])
  func firstRank(isKnown: Bool) {
    var watch = CollapseWatch(stepsPerEpoch: 30)
    // 128 directions at first, 6 later: no absolute bound is touched.
    if isKnown {
      #expect(watch.note(gauges(directions: 128, rows: 256, dimension: 128), step: 1) == nil)
      #expect((watch.firstRank ?? 0) > 80)
    }
    let now = gauges(directions: 6, rows: 256, dimension: 128)
    #expect(now.effectiveRank > 5 && now.diagnosis() == .none)
    let said = (0..<10).compactMap { watch.note(now, step: 100 + $0) }
    #expect(said == (isKnown ? [.dimensional] : []))
    // A fifth of the first rank is no collapse.
    let healthy = gauges(directions: 24, rows: 256, dimension: 128)
    #expect((0..<10).allSatisfy { watch.note(healthy, step: 200 + $0) == nil })
  }

  @Test func `a worse kind is said after the first`() {
    var watch = CollapseWatch(stepsPerEpoch: 30)
    let kinds = (0..<10).compactMap { _ in watch.note(gauges(directions: 1), step: 500) }
    #expect(kinds == [.dimensional])
    #expect((0..<10).compactMap { _ in watch.note(gauges(directions: 0), step: 500) } == [.total])
  }
}
