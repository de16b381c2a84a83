import Synchronization

/// The calls of a parallel region, divided into a range of consecutive calls for each thread. A thread that has finished its
/// own range steals from the far ends of the others'.
///
/// So a thread mostly gets the same calls in every region, and finds their data in its cache.
@safe final class WorkStealingRanges: @unchecked Sendable {
  private let count: Int
  private let backwards: Bool
  /// What is left of each range: its first call in the low half, its end in the high half; each in a cache line of its own.
  @unsafe private let left: UnsafeMutablePointer<Atomic<UInt64>>
  /// The length of a cache line in words of 64 bits.
  private static let line = 8

  /// The calls 0..<calls for some threads, each range from its last call to its first where `backwards` is set.
  ///
  /// - Precondition: at most 2³² - 1 calls.
  init(of calls: Int, for threads: Int, backwards: Bool) {
    precondition(calls <= Int(UInt32.max), "\(calls) calls")
    (count, self.backwards) = (threads, backwards)
    unsafe left = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: threads * Self.line)
    for range in 0..<threads {
      let (first, end) = (UInt64(range * calls / threads), UInt64((range + 1) * calls / threads))
      unsafe (left + range * Self.line).initialize(to: Atomic(end << 32 | first))
    }
  }

  deinit {
    for range in 0..<count { unsafe (left + range * Self.line).deinitialize(count: 1) }
    unsafe left.deallocate()
  }

  /// Takes the next call for a thread; nil when none is left.
  func next(for thread: Int) -> Int? {
    for other in 0..<count {
      if let call = take(from: (thread + other) % count, end: backwards == (other == 0)) { return call }
    }
    return nil
  }

  /// Takes a call from the beginning or the end of a range; nil when it is empty.
  private func take(from range: Int, end takesEnd: Bool) -> Int? {
    let word = unsafe left + range * Self.line
    var seen = unsafe word.pointee.load(ordering: .relaxed)
    while true {
      let (first, end) = (seen & 0xffff_ffff, seen >> 32)
      guard first < end else { return nil }
      let rest = takesEnd ? (end - 1) << 32 | first : end << 32 | (first + 1)
      let (exchanged, original) = unsafe word.pointee.weakCompareExchange(
        expected: seen, desired: rest, ordering: .relaxed)
      if exchanged { return Int(takesEnd ? end - 1 : first) }
      seen = original
    }
  }
}
