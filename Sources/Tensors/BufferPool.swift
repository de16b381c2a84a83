import CSiamKernels
import Glibc

/// The memory of released buffers, kept for later ones.
///
/// Small blocks are kept by size. Large ones are merged with their free neighbours and split again, so that the pool grows to
/// about the largest amount in use at any time, not to the sum of the largest amounts of each size. After a few equal
/// training steps it asks the system for nothing more.
enum BufferPool {
  private struct Free: Sendable {
    /// Small blocks by size in bytes, as integers, since raw pointers are not `Sendable`.
    var small: [Int: [UInt]] = [:]
    var large = FreeList()
  }
  private static let free = LockedValue(Free())
  /// The size in bytes from which blocks come from the system in large pages.
  private static let smallestLarge = 1 << 18
  private static let largePage = 1 << 21

  /// A size rounded up to a multiple of 4 KiB, so that nearly equal sizes share blocks.
  private static func rounded(_ bytes: Int) -> Int { max(4096, (bytes + 4095) / 4096 * 4096) }

  /// Takes memory of arbitrary content on a 64-byte boundary.
  static func take(bytes: Int) -> UnsafeMutableRawPointer {
    let size = rounded(bytes)
    let address = free.withLock { free in
      guard size >= smallestLarge else { return free.small[size]?.popLast() ?? allocated(size) }
      if let block = free.large.take(size) { return block }
      let pages = (size + largePage - 1) / largePage * largePage
      var new = mapped(pages)
      if new == nil {
        // What is free in other sizes may make room.
        release(free)
        free = Free()
        new = mapped(pages)
      }
      guard let new else { ck_refuse_memory(pages) }
      if pages > size { free.large.add(new + UInt(size), pages - size) }
      return new
    }
    guard let block = unsafe UnsafeMutableRawPointer(bitPattern: address) else { ck_refuse_memory(size) }
    return unsafe block
  }

  /// Gives back memory that `take(bytes:)` returned for the same number of bytes.
  static func give(_ block: UnsafeMutableRawPointer, bytes: Int) {
    let (size, address) = (rounded(bytes), UInt(bitPattern: block))
    free.withLock { free in
      if size < smallestLarge {
        free.small[size, default: []].append(address)
      } else {
        free.large.add(address, size)
      }
    }
  }

  /// Returns all free memory to the system.
  static func drain() {
    release(
      free.withLock { free in
        defer { free = Free() }
        return free
      })
  }

  /// Returns these blocks to the system.
  private static func release(_ all: Free) {
    for address in all.small.values.joined() {
      unsafe Glibc.free(UnsafeMutableRawPointer(bitPattern: address))
    }
    for block in all.large.blocks {
      unsafe munmap(UnsafeMutableRawPointer(bitPattern: block.start), block.size)
    }
    ck_release_freed_memory()
  }

  /// New memory from the C library.
  private static func allocated(_ size: Int) -> UInt {
    var run: UnsafeMutableRawPointer?
    let failure = unsafe posix_memalign(&run, 64, size)
    guard failure == 0, let run = unsafe run else { ck_refuse_memory(size) }
    return UInt(bitPattern: run)
  }

  /// New memory from the system: zeroed large pages, aligned to their size; nil if the system refuses.
  private static func mapped(_ size: Int) -> UInt? {
    func map(_ size: Int) -> UInt? {
      let run = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      guard let run = unsafe run, unsafe run != MAP_FAILED else { return nil }
      return UInt(bitPattern: run)
    }
    func unmap(_ start: UInt, _ size: UInt) {
      if size > 0 { unsafe munmap(UnsafeMutableRawPointer(bitPattern: start), Int(size)) }
    }
    let page = UInt(largePage)
    guard var start = map(size) else { return nil }
    if start % page != 0 {
      unmap(start, UInt(size))
      guard let wide = map(size + largePage) else { return nil }
      start = (wide + page - 1) / page * page
      unmap(wide, start - wide)
      unmap(start + UInt(size), wide + page - start)
    }
    // If the advice fails, only speed is lost.
    unsafe madvise(UnsafeMutableRawPointer(bitPattern: start), size, MADV_HUGEPAGE)
    return start
  }
}
