import Synchronization

/// The calls of a parallel region in one share of neighbours for each thread. A thread that is done with its own takes
/// from the far ends of the others'.
///
/// So a thread meets in the next region what it has left in its cache in this one, and sooner if that one runs backwards.
@safe final class Shares: @unchecked Sendable {
  private let count: Int
  private let backwards: Bool
  /// What is left of each share: its first call in the low half, its end in the high one; a cache line for each.
  @unsafe private let left: UnsafeMutablePointer<Atomic<UInt64>>
  private static let line = 8

  init(of calls: Int, for threads: Int, backwards: Bool) {
    precondition(calls <= Int(UInt32.max), "\(calls) calls")
    (count, self.backwards) = (threads, backwards)
    unsafe left = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: threads * Self.line)
    for share in 0..<threads {
      let (first, end) = (UInt64(share * calls / threads), UInt64((share + 1) * calls / threads))
      unsafe (left + share * Self.line).initialize(to: Atomic(end << 32 | first))
    }
  }

  deinit {
    for share in 0..<count { unsafe (left + share * Self.line).deinitialize(count: 1) }
    unsafe left.deallocate()
  }

  /// A call that nobody has taken, or nil if there is none.
  func next(for thread: Int) -> Int? {
    for other in 0..<count {
      if let call = take(from: (thread + other) % count, end: backwards == (other == 0)) { return call }
    }
    return nil
  }

  private func take(from share: Int, end takesEnd: Bool) -> Int? {
    let at = unsafe left + share * Self.line
    var seen = unsafe at.pointee.load(ordering: .relaxed)
    while true {
      let (first, end) = (seen & 0xffff_ffff, seen >> 32)
      guard first < end else { return nil }
      let rest = takesEnd ? (end - 1) << 32 | first : end << 32 | (first + 1)
      let (exchanged, original) = unsafe at.pointee.weakCompareExchange(
        expected: seen, desired: rest, ordering: .relaxed)
      if exchanged { return Int(takesEnd ? end - 1 : first) }
      seen = original
    }
  }
}
