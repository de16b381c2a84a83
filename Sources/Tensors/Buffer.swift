import Glibc

/// An owned run of Floats on a 64-byte boundary.
///
/// Memory goes back to a pool and from there to the next buffer of its size, so that a training step, which asks for
/// the same sizes as the one before, neither allocates nor faults in pages.
@safe public final class Buffer: @unchecked Sendable {
  public let count: Int
  @unsafe package let base: UnsafeMutablePointer<Float>

  /// Room for `count` floats of any value.
  ///
  /// - Precondition: `count` is not negative.
  package init(count: Int) {
    precondition(count >= 0, "a buffer of \(count) floats")
    self.count = count
    unsafe base = Pool.take(bytes: count * MemoryLayout<Float>.stride).bindMemory(
      to: Float.self, capacity: count)
  }

  package convenience init(zeros count: Int) {
    self.init(count: count)
    unsafe base.update(repeating: 0, count: count)
  }

  package convenience init(copying other: Buffer) {
    self.init(count: other.count)
    unsafe base.update(from: other.base, count: count)
  }

  deinit { unsafe Pool.give(UnsafeMutableRawPointer(base), bytes: count * MemoryLayout<Float>.stride) }
}

/// The free runs, by size. Sizes are rounded up to 4 KiB so that nearly equal ones share.
private enum Pool {
  /// An address by number: raw pointers are not `Sendable`.
  private static let free = Guarded<[Int: [UInt]]>([:])

  private static func rounded(_ bytes: Int) -> Int { max(4096, (bytes + 4095) / 4096 * 4096) }

  static func take(bytes: Int) -> UnsafeMutableRawPointer {
    let size = rounded(bytes)
    if let address = free.withLock({ $0[size]?.popLast() }),
      let run = unsafe UnsafeMutableRawPointer(bitPattern: address)
    {
      return unsafe run
    }
    var run: UnsafeMutableRawPointer?
    let failure = unsafe posix_memalign(&run, size >= 1 << 21 ? 1 << 21 : 64, size)
    guard failure == 0, let run = unsafe run else { preconditionFailure("out of memory: \(size) bytes") }
    // A large buffer lives in few large pages; that the advice may fail changes nothing but speed.
    if size >= 1 << 21 { _ = unsafe madvise(run, size, MADV_HUGEPAGE) }
    return unsafe run
  }

  static func give(_ run: UnsafeMutableRawPointer, bytes: Int) {
    let (size, address) = (rounded(bytes), UInt(bitPattern: run))
    free.withLock { $0[size, default: []].append(address) }
  }

  static func drain() {
    let all = free.withLock { free in
      defer { free = [:] }
      return free.values.flatMap { $0 }
    }
    for address in all { unsafe Glibc.free(UnsafeMutableRawPointer(bitPattern: address)) }
  }
}

/// Gives the memory of past buffers back to the system, for example between training and evaluation.
package func releaseUnusedBuffers() { Pool.drain() }
