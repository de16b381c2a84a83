/// Points of a few dimensions in a k-d tree, to find those near a point without measuring all of them.
///
/// Results are exact. A search visits the boxes that its ball touches, so it is fast where the ball is small beside the
/// extent of the points. Source: Bentley (1975); leaves of several points as in Friedman, Bentley, Finkel (1977).
package struct NeighbourTree: Sendable {
  private struct Node {
    /// Indices into `order`.
    var range: Range<Int>
    /// The indices of the children in `nodes`; 0 in a leaf.
    var left = 0, right = 0
  }

  private static let leafSize = 16
  private let dimension: Int
  private var nodes: [Node] = []
  /// For each node the smallest coordinates, then the largest: (nodes, 2, dimension).
  private var boxes: [Float] = []
  /// The points' indices leaf by leaf, and their coordinates in that order.
  private var order: [Int]
  private var points: [Float]

  /// - Parameter points: (N, dimension), point by point.
  /// - Precondition: all coordinates are finite.
  /// - Complexity: O(N log N).
  package init(_ points: [Float], dimension: Int) {
    precondition(dimension > 0 && points.count % dimension == 0, "\(points.count) numbers for points")
    precondition(points.allSatisfy(\.isFinite), "a coordinate that is not finite")
    (self.dimension, self.points) = (dimension, points)
    order = Array(0..<points.count / dimension)
    if !order.isEmpty { _ = grow(0..<order.count) }
    self.points = order.flatMap { points[$0 * dimension..<($0 + 1) * dimension] }
  }

  /// The number of points, N.
  package var count: Int { order.count }

  /// Adds the node of a range of `order`, and divides it at the median of the box's longest side.
  private mutating func grow(_ range: Range<Int>) -> Int {
    let node = nodes.count
    nodes.append(Node(range: range))
    var (low, high) = (
      [Float](repeating: .infinity, count: dimension), [Float](repeating: -.infinity, count: dimension)
    )
    for index in range {
      for axis in 0..<dimension {
        let coordinate = points[order[index] * dimension + axis]
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

  /// Moves the points with smaller coordinates before `middle` and those with larger ones behind it (Hoare's selection).
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

  /// The indices of accepted points at most `radius` away, in an order that is arbitrary but always the same.
  ///
  /// - Parameters:
  ///   - limit: the number of points after which the search ends.
  ///   - accepts: called once with each near point's index.
  /// - Precondition: `query` has `dimension` coordinates.
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
      for index in node.range {
        let point = points.extracting(dimension * index..<dimension * (index + 1))
        var squares: Float = 0
        for axis in 0..<dimension {
          let apart = point[axis] - query[axis]
          squares += apart * apart
        }
        guard squares <= bound, accepts(order[index]) else { continue }
        found.append(order[index])
        if found.count == limit { return found }
      }
    }
    return found
  }
}
