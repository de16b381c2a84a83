import SiamTensors

/// One test at a time changes the number of threads.
private let turn = LockedValue(())

/// Runs `body` on `count` threads.
package func withThreadCount<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
  try turn.withLock { _ in
    let before = threadCount
    defer { threadCount = before }
    threadCount = count
    return try body()
  }
}
