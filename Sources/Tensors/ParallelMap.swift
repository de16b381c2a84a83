/// The results of `body` for 0..<count, computed by all threads, in order.
package func parallelMap<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
  let results = Guarded([Result?](repeating: nil, count: count))
  parallelFor(count) { index in
    let result = body(index)
    results.withLock { $0[index] = result }
  }
  return results.withLock { $0.compactMap { $0 } }
}
