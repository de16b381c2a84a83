/// Free blocks of memory, with adjacent ones merged.
struct FreeList: Sendable {
  /// The blocks by address, sizes in bytes; no two are adjacent.
  private(set) var blocks: [(start: UInt, size: Int)] = []

  /// Adds a block, merged with its neighbours.
  ///
  /// - Precondition: no part of it is free already.
  mutating func add(_ start: UInt, _ size: Int) {
    let index = firstIndex(above: start)
    var (first, total) = (start, size)
    var replaced = index..<index
    if index > 0 {
      let before = blocks[index - 1]
      precondition(before.start + UInt(before.size) <= start, "given back twice")
      if before.start + UInt(before.size) == start {
        (first, total) = (before.start, before.size + total)
        replaced = index - 1..<index
      }
    }
    if index < blocks.count {
      precondition(start + UInt(size) <= blocks[index].start, "given back twice")
      if start + UInt(size) == blocks[index].start {
        total += blocks[index].size
        replaced = replaced.lowerBound..<index + 1
      }
    }
    blocks.replaceSubrange(replaced, with: CollectionOfOne((start: first, size: total)))
  }

  /// Takes `size` bytes from the beginning of the smallest block that is large enough, the first of equal ones; returns their
  /// address, or nil when no block is large enough.
  ///
  /// - Complexity: O(blocks).
  mutating func take(_ size: Int) -> UInt? {
    var best: Int?
    for (index, block) in blocks.enumerated() where block.size >= size {
      if best.map({ block.size < blocks[$0].size }) ?? true { best = index }
    }
    guard let best else { return nil }
    let start = blocks[best].start
    if blocks[best].size == size {
      blocks.remove(at: best)
    } else {
      blocks[best] = (start + UInt(size), blocks[best].size - size)
    }
    return start
  }

  /// The index of the first block that starts above an address.
  private func firstIndex(above address: UInt) -> Int {
    var (low, high) = (0, blocks.count)
    while low < high {
      let middle = (low + high) / 2
      if blocks[middle].start > address { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
