/// The number of threads that `parallelFor` uses, including the calling one; at least 1.
///
/// Results never depend on it. A change takes effect in the next parallel region.
package var threadCount: Int {
  get { ThreadPool.shared.threads }
  set { ThreadPool.shared.use(threads: newValue) }
}

/// Starts the threads that regions will use, which they would otherwise do when they need them.
///
/// - Returns: nil, or what is missing when the system starts no more of them; `threadCount` is then what there is.
package func startThreads() -> MissingThreads? { ThreadPool.shared.startAll() }

/// The system starts fewer threads than were asked for.
package struct MissingThreads: Error, Sendable, Equatable, CustomStringConvertible {
  /// The threads asked for and those there are, including the calling one.
  package let wanted, running: Int
  /// The system's own words.
  package let reason: String

  /// "of 8 threads the system starts only 3 (Resource temporarily unavailable); continuing with these".
  package var description: String {
    "of \(wanted) threads the system starts only \(running) (\(reason)); continuing with \(running == 1 ? "this one" : "these")"
  }
}

/// Calls `body` with each of 0..<count, distributed over the threads, and returns when all calls have returned.
///
/// Which thread makes which call is not defined, so each call must write to memory of its own. A region inside a region runs
/// on the thread that starts it.
package func parallelFor(_ count: Int, _ body: @Sendable (Int) -> Void) {
  ThreadPool.shared.run(count, backwards: false, body)
}

/// Calls `body` with consecutive parts of `range`, `length` elements each, the last one perhaps shorter.
package func parallelFor(_ range: Range<Int>, by length: Int, _ body: @Sendable (Range<Int>) -> Void) {
  parallelFor((range.count + length - 1) / length) { index in
    let first = range.lowerBound + index * length
    body(first..<min(first + length, range.upperBound))
  }
}

/// Like `parallelFor`, for consecutive regions over the same data, such as the images of a batch: each region runs in the
/// opposite direction to the one before, and so starts with the parts that are still in the cache.
package func parallelSweep(_ count: Int, _ body: @Sendable (Int) -> Void) {
  ThreadPool.shared.sweep(count, body)
}

/// The results of `body` for each of 0..<count, computed by all threads and returned in order.
package func parallelMap<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
  let results = LockedValue([Result?](repeating: nil, count: count))
  parallelFor(count) { index in
    let result = body(index)
    results.withLock { $0[index] = result }
  }
  return results.withLock { $0.compactMap { $0 } }
}
