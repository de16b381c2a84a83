import CSiamKernels
import Glibc

/// The memory of past buffers, on its way to the next ones.
///
/// Small runs are kept by size. Large ones are joined with their free neighbours and cut anew, so that the memory is
/// about what the fullest moment takes, not the sum of what each size takes in a moment of its own; and a training step,
/// which asks as the one before did, soon asks the system for nothing more.
enum BufferPool {
  private struct Free: Sendable {
    /// The small ones by size; an address is a number, since raw pointers are not `Sendable`.
    var runs: [Int: [UInt]] = [:]
    var spans = FreeSpans()
  }
  private static let free = Guarded(Free())
  /// From here on memory comes from the system by whole large pages.
  private static let large = 1 << 18
  private static let largePage = 1 << 21

  /// Rounded up to 4 KiB, so that nearly equal sizes share.
  private static func rounded(_ bytes: Int) -> Int { max(4096, (bytes + 4095) / 4096 * 4096) }

  static func take(bytes: Int) -> UnsafeMutableRawPointer {
    let size = rounded(bytes)
    let address = free.withLock { free in
      guard size >= large else { return free.runs[size]?.popLast() ?? allocated(size) }
      if let run = free.spans.take(size) { return run }
      let pages = (size + largePage - 1) / largePage * largePage
      let new = mapped(pages)
      if pages > size { free.spans.add(new + UInt(size), pages - size) }
      return new
    }
    guard let run = unsafe UnsafeMutableRawPointer(bitPattern: address) else {
      preconditionFailure("a run at 0")
    }
    return unsafe run
  }

  static func give(_ run: UnsafeMutableRawPointer, bytes: Int) {
    let (size, address) = (rounded(bytes), UInt(bitPattern: run))
    free.withLock { free in
      if size < large { free.runs[size, default: []].append(address) } else { free.spans.add(address, size) }
    }
  }

  /// Gives all that is free back to the system.
  static func drain() {
    let all = free.withLock { free in
      defer { free = Free() }
      return free
    }
    for address in all.runs.values.joined() {
      unsafe Glibc.free(UnsafeMutableRawPointer(bitPattern: address))
    }
    for span in all.spans.all { unsafe munmap(UnsafeMutableRawPointer(bitPattern: span.start), span.size) }
    ck_release_freed_memory()
  }

  private static func allocated(_ size: Int) -> UInt {
    var run: UnsafeMutableRawPointer?
    let failure = unsafe posix_memalign(&run, 64, size)
    guard failure == 0, let run = unsafe run else { preconditionFailure("out of memory: \(size) bytes") }
    return UInt(bitPattern: run)
  }

  /// Whole large pages of zeros on a boundary of such.
  private static func mapped(_ size: Int) -> UInt {
    func map(_ size: Int) -> UInt {
      let run = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let run = unsafe run, unsafe run != MAP_FAILED else {
        preconditionFailure("out of memory: \(size) bytes")
      }
      return UInt(bitPattern: run)
    }
    func unmap(_ start: UInt, _ size: UInt) {
      if size > 0 { unsafe munmap(UnsafeMutableRawPointer(bitPattern: start), Int(size)) }
    }
    let page = UInt(largePage)
    var start = map(size)
    if start % page != 0 {
      unmap(start, UInt(size))
      let wide = map(size + largePage)
      start = (wide + page - 1) / page * page
      unmap(wide, start - wide)
      unmap(start + UInt(size), wide + page - start)
    }
    // That the advice may fail changes nothing but speed.
    unsafe madvise(UnsafeMutableRawPointer(bitPattern: start), size, MADV_HUGEPAGE)
    return start
  }
}

/// Stretches of free addresses, neighbours joined.
struct FreeSpans: Sendable {
  /// In the order of their addresses; between two there is something that is not free.
  private(set) var all: [(start: UInt, size: Int)] = []

  /// - Precondition: none of it is free yet.
  mutating func add(_ start: UInt, _ size: Int) {
    let place = firstAfter(start)
    var (first, total) = (start, size)
    var replaced = place..<place
    if place > 0 {
      let before = all[place - 1]
      precondition(before.start + UInt(before.size) <= start, "given back twice")
      if before.start + UInt(before.size) == start {
        (first, total) = (before.start, before.size + total)
        replaced = place - 1..<place
      }
    }
    if place < all.count {
      precondition(start + UInt(size) <= all[place].start, "given back twice")
      if start + UInt(size) == all[place].start {
        total += all[place].size
        replaced = replaced.lowerBound..<place + 1
      }
    }
    all.replaceSubrange(replaced, with: CollectionOfOne((start: first, size: total)))
  }

  /// The beginning of the smallest that has room, of equal ones the first; nil where none has.
  mutating func take(_ size: Int) -> UInt? {
    var best: Int?
    for (place, span) in all.enumerated() where span.size >= size {
      if best.map({ span.size < all[$0].size }) ?? true { best = place }
    }
    guard let best else { return nil }
    let start = all[best].start
    if all[best].size == size {
      all.remove(at: best)
    } else {
      all[best] = (start + UInt(size), all[best].size - size)
    }
    return start
  }

  /// The place of the first that begins behind an address.
  private func firstAfter(_ address: UInt) -> Int {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].start > address { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
