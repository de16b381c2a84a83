/// A profile of where a program's time goes: seconds by name.
///
/// It measures one thread, including the time that this thread waits for parallel loops. Nested work counts for its own name
/// only, so the seconds of all names sum to the measured time.
package final class Profile: Sendable {
  /// The profile that the current task adds to; nil, the default, costs one check.
  @TaskLocal package static var current: Profile?

  /// The pass that a measurement belongs to; work without a backward pass is all forward.
  package enum Pass: Sendable { case forward, backward }

  /// The times of one name.
  package struct Row: Sendable, Equatable {
    /// The name that was given to the measurement.
    package let name: String
    /// The number of forward passes.
    package fileprivate(set) var calls = 0
    /// The seconds of each pass, without nested work that has a row of its own.
    package fileprivate(set) var forward = 0.0, backward = 0.0

    /// The seconds of both passes.
    package var seconds: Double { forward + backward }

    /// Adds one forward pass.
    fileprivate mutating func add(forward seconds: Double) {
      calls += 1
      forward += seconds
    }
  }

  private struct State {
    var rows: [Row] = []
    var indices: [String: Int] = [:]
    /// The seconds of nested work in each measurement under way, outermost first.
    var inside: [Double] = []

    /// The index of a name's row, which is added if necessary.
    mutating func index(of name: String) -> Int {
      if let index = indices[name] { return index }
      indices[name] = rows.count
      rows.append(Row(name: name))
      return rows.count - 1
    }
  }
  private let state = LockedValue(State())

  /// An empty profile.
  package init() {}

  /// A row for each name, in the order in which the names first appeared.
  package var rows: [Row] { state.withLock { $0.rows } }

  /// Runs `body` and adds its time to a name's row.
  package func timed<Result, Failure: Error>(
    _ name: String, _ pass: Pass = .forward, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try timed(body) { state, seconds in
      let index = state.index(of: name)
      switch pass {
      case .forward: state.rows[index].add(forward: seconds)
      case .backward: state.rows[index].backward += seconds
      }
    } beginning: { state in
      _ = state.index(of: name)
    }
  }

  /// Runs `body`, which uses many threads, and divides its time among the parts of its work in proportion to their seconds,
  /// summed over all threads.
  package func timed<Result, Failure: Error>(
    _ name: String, dividedBy parts: Parts, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try timed(body) { state, seconds in
      let shares = parts.seconds.sorted { $0.key < $1.key }
      let total = shares.reduce(0) { $0 + $1.value }
      for (part, share) in shares where total > 0 {
        let index = state.index(of: "\(name): \(part)")
        state.rows[index].add(forward: seconds * share / total)
      }
    } beginning: { _ in
    }
  }

  /// Runs `body` and hands its time, less that of nested work, to `add`.
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

  /// The seconds of the parts of some work, summed over all threads.
  package final class Parts: Sendable {
    private let sums = LockedValue<[String: Double]>([:])

    /// No parts yet.
    package init() {}

    /// The seconds by part.
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

/// Runs `body` and adds its time to the current profile, if there is one.
package func profiled<Result, Failure: Error>(
  _ name: @autoclosure () -> String, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let profile = Profile.current else { return try body() }
  return try profile.timed(name(), .forward, body)
}

/// Runs `body` and adds all its time to one name of the current profile, if there is one, including nested work.
package func profiledWhole<Result>(
  _ name: @autoclosure () -> String, _ body: () throws -> Result
) throws -> Result {
  guard let profile = Profile.current else { return try body() }
  return try profile.timed(name()) { try Profile.$current.withValue(nil, operation: body) }
}

/// Runs `body` and divides its time in the current profile among the parts that it measures; `body` gets nil when there is no
/// profile.
package func profiled<Result, Failure: Error>(
  _ name: String, byParts body: (Profile.Parts?) throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let profile = Profile.current else { return try body(nil) }
  let parts = Profile.Parts()
  return try profile.timed(name, dividedBy: parts) { () throws(Failure) in try body(parts) }
}

extension Profile.Parts? {
  /// Runs `body` and adds its time to a part; without a profile it only runs `body`.
  package func timed<Result, Failure: Error>(
    _ part: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let self else { return try body() }
    return try self.timed(part, body)
  }
}
