/// Where the time of a program goes: seconds by name.
///
/// It looks at the one thread that composes the work; the loops that this thread spreads over others are its own time.
/// Work inside other work counts for itself alone, so the seconds of all names add up to the time that was measured.
package final class Profile: Sendable {
  /// The profile that the work under way adds to. Nil, as it is unless somebody asks, costs a look.
  @TaskLocal package static var current: Profile?

  package enum Pass: Sendable { case forward, backward }

  /// What is known of one name; work that has no way back is all forward.
  package struct Row: Sendable, Equatable {
    package let name: String
    /// How often it began, backward passes not counted.
    package fileprivate(set) var calls = 0
    /// Seconds, without those of the work inside that has a row of its own.
    package fileprivate(set) var forward = 0.0, backward = 0.0

    package var seconds: Double { forward + backward }

    fileprivate mutating func add(forward seconds: Double) {
      calls += 1
      forward += seconds
    }
  }

  private struct State {
    var rows: [Row] = []
    var places: [String: Int] = [:]
    /// The seconds inside each measurement under way, outermost first.
    var inside: [Double] = []

    mutating func place(of name: String) -> Int {
      if let place = places[name] { return place }
      places[name] = rows.count
      rows.append(Row(name: name))
      return rows.count - 1
    }
  }
  private let state = Guarded(State())

  package init() {}

  /// A row for each name, in the order in which they first began.
  package var rows: [Row] { state.withLock { $0.rows } }

  /// Runs `body` and adds its time to a name.
  package func timed<Result, Failure: Error>(
    _ name: String, _ pass: Pass = .forward, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try timed(body) { state, seconds in
      let place = state.place(of: name)
      switch pass {
      case .forward: state.rows[place].add(forward: seconds)
      case .backward: state.rows[place].backward += seconds
      }
    } beginning: { state in
      _ = state.place(of: name)
    }
  }

  /// Runs `body`, whose work is done by many threads at once, and divides its time over the parts of that work as
  /// their seconds on all threads together are to one another.
  package func timed<Result, Failure: Error>(
    _ name: String, dividedBy parts: Parts, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try timed(body) { state, seconds in
      let shares = parts.seconds.sorted { $0.key < $1.key }
      let total = shares.reduce(0) { $0 + $1.value }
      for (part, share) in shares where total > 0 {
        let place = state.place(of: "\(name): \(part)")
        state.rows[place].add(forward: seconds * share / total)
      }
    } beginning: { _ in
    }
  }

  private func timed<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result, adding add: (inout State, Double) -> Void,
    beginning begin: (inout State) -> Void
  ) throws(Failure) -> Result {
    state.withLock { state in
      begin(&state)
      state.inside.append(0)
    }
    let start = ContinuousClock.now
    defer {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      state.withLock { state in
        add(&state, max(0, seconds - (state.inside.popLast() ?? 0)))
        if let outer = state.inside.indices.last { state.inside[outer] += seconds }
      }
    }
    return try body()
  }

  /// The seconds that parts of some work took, on all threads together.
  package final class Parts: Sendable {
    private let sums = Guarded<[String: Double]>([:])

    package init() {}

    var seconds: [String: Double] { sums.withLock { $0 } }

    /// Runs `body` and adds its time to a part; any thread may call it.
    package func timed<Result, Failure: Error>(
      _ part: String, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
      let start = ContinuousClock.now
      defer {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        sums.withLock { $0[part, default: 0] += seconds }
      }
      return try body()
    }
  }
}

/// Runs `body`; where somebody profiles its time counts under the name.
package func profiled<Result, Failure: Error>(
  _ name: @autoclosure () -> String, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let profile = Profile.current else { return try body() }
  return try profile.timed(name(), .forward, body)
}

/// Runs `body`; where somebody profiles all of its time counts under the name, whatever is measured inside.
package func profiledWhole<Result>(
  _ name: @autoclosure () -> String, _ body: () throws -> Result
) throws -> Result {
  guard let profile = Profile.current else { return try body() }
  return try profile.timed(name()) { try Profile.$current.withValue(nil, operation: body) }
}

/// Runs `body`, which says itself what part of its work is under way on each thread; where nobody profiles there are
/// no parts to tell.
package func profiled<Result, Failure: Error>(
  _ name: String, byParts body: (Profile.Parts?) throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let profile = Profile.current else { return try body(nil) }
  let parts = Profile.Parts()
  return try profile.timed(name, dividedBy: parts) { () throws(Failure) in try body(parts) }
}

extension Profile.Parts? {
  /// Runs `body` as a part, if anybody wants to know.
  package func timed<Result, Failure: Error>(
    _ part: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let self else { return try body() }
    return try self.timed(part, body)
  }
}
