/// Points of a few dimensions in a tree of boxes, to find those near a point without looking at all of them.
///
/// The answers are exact. A search looks into the boxes that reach into its ball, so it is fast where the ball is small
/// beside the cloud of points. Source: Bentley 1975; the leaves of a few points as in Friedman, Bentley, Finkel 1977.
package struct NeighbourTree: Sendable {
  private struct Node {
    /// Places in `order`.
    var range: Range<Int>
    /// The children, 0 in a leaf.
    var left = 0, right = 0
  }

  private static let leafSize = 16
  private let dimension: Int
  private var nodes: [Node] = []
  /// For each node the least coordinates, then the greatest.
  private var boxes: [Float] = []
  /// The points' numbers, and their coordinates in that order.
  private var order: [Int]
  private var points: [Float]

  /// - Parameter points: `dimension` coordinates a point, point after point.
  /// - Precondition: all are finite.
  /// - Complexity: O(n log n) for n points.
  package init(_ points: [Float], dimension: Int) {
    precondition(dimension > 0 && points.count % dimension == 0, "\(points.count) numbers for points")
    precondition(points.allSatisfy(\.isFinite), "a point that is nowhere")
    (self.dimension, self.points) = (dimension, points)
    order = Array(0..<points.count / dimension)
    if !order.isEmpty { _ = grow(0..<order.count) }
    self.points = order.flatMap { points[$0 * dimension..<($0 + 1) * dimension] }
  }

  package var count: Int { order.count }

  /// The node of a part of the order, which it divides at the middle of the box's longest side.
  private mutating func grow(_ range: Range<Int>) -> Int {
    let node = nodes.count
    nodes.append(Node(range: range))
    var (low, high) = (
      [Float](repeating: .infinity, count: dimension), [Float](repeating: -.infinity, count: dimension)
    )
    for place in range {
      for axis in 0..<dimension {
        let coordinate = points[order[place] * dimension + axis]
        low[axis] = min(low[axis], coordinate)
        high[axis] = max(high[axis], coordinate)
      }
    }
    boxes += low + high
    let longest = (0..<dimension).max { high[$0] - low[$0] < high[$1] - low[$1] } ?? 0
    guard range.count > Self.leafSize, high[longest] > low[longest] else { return node }
    let middle = (range.lowerBound + range.upperBound) / 2
    divide(range, at: middle, along: longest)
    nodes[node].left = grow(range.lowerBound..<middle)
    nodes[node].right = grow(middle..<range.upperBound)
    return node
  }

  /// Puts the order's smaller coordinates before `middle` and the greater ones behind (Hoare's selection).
  private mutating func divide(_ range: Range<Int>, at middle: Int, along axis: Int) {
    var (first, last) = (range.lowerBound, range.upperBound - 1)
    while first < last {
      let pivot = points[order[(first + last) / 2] * dimension + axis]
      var (i, j) = (first, last)
      while i <= j {
        while points[order[i] * dimension + axis] < pivot { i += 1 }
        while points[order[j] * dimension + axis] > pivot { j -= 1 }
        if i <= j {
          order.swapAt(i, j)
          (i, j) = (i + 1, j - 1)
        }
      }
      if middle <= j { last = j } else if middle >= i { first = i } else { return }
    }
  }

  /// The numbers of the points at most `radius` away that are accepted, in no particular but always the same order.
  ///
  /// - Parameters:
  ///   - limit: ends the search when so many are found.
  ///   - accepts: asked once for each near point.
  package func neighbours(
    of query: [Float], within radius: Float, limit: Int = .max, where accepts: (Int) -> Bool = { _ in true }
  ) -> [Int] {
    precondition(
      query.count == dimension, "a point of \(query.count) coordinates among those of \(dimension)")
    guard limit > 0, !nodes.isEmpty else { return [] }
    let (bound, query) = (radius * radius, query.span)
    let (points, boxes) = (points.span, boxes.span)
    var found: [Int] = []
    var waiting = [0]
    while let number = waiting.popLast() {
      let box = boxes.extracting(2 * dimension * number..<2 * dimension * (number + 1))
      var squares: Float = 0
      for axis in 0..<dimension {
        let outside = max(0, box[axis] - query[axis], query[axis] - box[dimension + axis])
        squares += outside * outside
      }
      guard squares <= bound else { continue }
      let node = nodes[number]
      guard node.left == 0 else {
        waiting.append(node.right)
        waiting.append(node.left)
        continue
      }
      for place in node.range {
        let point = points.extracting(dimension * place..<dimension * (place + 1))
        var squares: Float = 0
        for axis in 0..<dimension {
          let apart = point[axis] - query[axis]
          squares += apart * apart
        }
        guard squares <= bound, accepts(order[place]) else { continue }
        found.append(order[place])
        if found.count == limit { return found }
      }
    }
    return found
  }
}
