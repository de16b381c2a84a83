import Glibc

/// The number of threads that `parallelFor` uses, including the calling one; at least 1.
///
/// Results never depend on it. A change takes effect in the next parallel region.
package var threadCount: Int {
  get { ThreadPool.shared.threads }
  set { ThreadPool.shared.use(threads: newValue) }
}

/// The number of processors that are online.
package var availableProcessors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

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
