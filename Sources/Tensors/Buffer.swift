/// An owned run of Floats on a 64-byte boundary.
///
/// Memory goes back to a pool and from there to later buffers, so that a training step, which asks for the same sizes as
/// the one before, neither allocates nor faults in pages.
@safe package final class Buffer: @unchecked Sendable {
  package let count: Int
  @unsafe package let base: UnsafeMutablePointer<Float>

  /// Room for `count` floats of any value.
  ///
  /// - Precondition: `count` is not negative.
  package init(count: Int) {
    precondition(count >= 0, "a buffer of \(count) floats")
    self.count = count
    unsafe base = BufferPool.take(bytes: count * MemoryLayout<Float>.stride).bindMemory(
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

  deinit { unsafe BufferPool.give(UnsafeMutableRawPointer(base), bytes: count * MemoryLayout<Float>.stride) }
}

/// Gives the memory of past buffers back to the system, for example between training and evaluation.
package func releaseUnusedBuffers() { BufferPool.drain() }
