/// Keeps, from a long row of similarities, those that can be among the k largest.
///
/// Similarities come with an error of at most `margin / 2`, so the k truly largest lie within `margin` of the k-th
/// largest seen. Most of a row is rejected by one comparison with a threshold that only rises.
struct NearestCandidates {
  /// Similarity and index in one number that sorts as the rule says: larger similarity first, then lower index.
  private var keys: [UInt64] = []
  private let k: Int
  private let margin: Float
  private let most: Int
  private var capacity: Int
  private(set) var threshold = -Float.infinity

  /// - Parameter most: how many may stay when more are within the margin than is sensible, as after a collapse.
  init(k: Int, margin: Float, most: Int) {
    (self.k, self.margin, self.most) = (k, margin, max(most, k))
    capacity = max(2 * k, 128)
    keys.reserveCapacity(capacity)
  }

  /// Adds the similarities of a run of rows, the first of which is `first`, without the one at `skipped`.
  mutating func add(_ similarities: Span<Float>, from first: Int, except skipped: Int = -1) {
    var threshold = threshold
    for place in similarities.indices {
      let similarity = similarities[place]
      if similarity < threshold || place == skipped { continue }
      keys.append(UInt64(ordered(similarity)) << 32 | UInt64(~UInt32(truncatingIfNeeded: first + place)))
      if keys.count >= capacity {
        prune()
        threshold = self.threshold
      }
    }
  }

  /// The indices that are left, in no order.
  mutating func finish() -> [Int] {
    prune()
    return keys.map { Int(~UInt32(truncatingIfNeeded: $0)) }
  }

  private mutating func prune() {
    guard keys.count > k, k > 0 else { return }
    moveLargestFirst(k)
    // Every number in front is at least the k-th largest, which is the least of them.
    guard let least = keys[..<k].min() else { return }
    threshold = similarity(UInt32(least >> 32)) - margin
    let limit = UInt64(ordered(threshold)) << 32
    keys.removeAll { $0 < limit }
    if keys.count > most {
      moveLargestFirst(most)
      keys.removeLast(keys.count - most)
    }
    capacity = max(capacity, 2 * keys.count)
  }

  /// Partitions so that the `count` largest keys come first (Hoare's selection, median of three).
  private mutating func moveLargestFirst(_ count: Int) {
    var (low, high) = (0, keys.count - 1)
    let target = count - 1
    while low < high {
      let (a, b, c) = (keys[low], keys[low + (high - low) / 2], keys[high])
      let pivot = max(min(a, b), min(max(a, b), c))
      var (left, right) = (low, high)
      while left <= right {
        while keys[left] > pivot { left += 1 }
        while keys[right] < pivot { right -= 1 }
        if left <= right {
          keys.swapAt(left, right)
          left += 1
          right -= 1
        }
      }
      if target <= right { high = right } else if target >= left { low = left } else { return }
    }
  }
}

/// The bits of a float as an integer that sorts alike.
private func ordered(_ value: Float) -> UInt32 {
  let bits = value.bitPattern
  return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
}

private func similarity(_ ordered: UInt32) -> Float {
  Float(bitPattern: ordered & 0x8000_0000 == 0 ? ~ordered : ordered & 0x7FFF_FFFF)
}
