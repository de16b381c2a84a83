import Glibc

/// An uninterrupted run of numbers on a 64-byte boundary, owned by one object.
///
/// Memory comes from a pool and goes back to it, so that a training step, which asks for the same sizes as the step before,
/// neither allocates nor faults in pages.
@safe package final class NumberBuffer<Number: Numeric & BitwiseCopyable & Sendable>: @unchecked Sendable {
  /// The number of elements.
  package let count: Int
  /// The address of the first element.
  @unsafe package let base: UnsafeMutablePointer<Number>

  /// A buffer of `count` elements with arbitrary values.
  ///
  /// - Precondition: `count` is not negative.
  package init(count: Int) {
    precondition(count >= 0, "a buffer of \(count) numbers")
    self.count = count
    unsafe base = BufferPool.take(bytes: count * MemoryLayout<Number>.stride).bindMemory(
      to: Number.self, capacity: count)
  }

  /// A buffer of `count` zeros.
  package convenience init(zeros count: Int) {
    self.init(count: count)
    // Zero is all bits 0 in every number; the compiler cannot know that where it does not know the type.
    unsafe memset(base, 0, count * MemoryLayout<Number>.stride)
  }

  /// A buffer with the elements of another one.
  package convenience init(copying other: NumberBuffer) {
    self.init(count: other.count)
    unsafe memcpy(base, other.base, count * MemoryLayout<Number>.stride)
  }

  deinit { unsafe BufferPool.give(UnsafeMutableRawPointer(base), bytes: count * MemoryLayout<Number>.stride) }
}

/// A buffer of Floats: what tensors are made of.
package typealias Buffer = NumberBuffer<Float>
