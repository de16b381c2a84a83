extension Figure.Frame {
  /// Whether a point lies inside, or on the edge.
  func contains(_ point: Point) -> Bool {
    point.x >= left - 0.5 && point.x <= right + 0.5 && point.y >= top - 0.5 && point.y <= bottom + 0.5
  }

  /// The pixel of a pair of values, moved to the edge where it lies outside.
  func clamped(_ x: Double, _ y: Double) -> Point {
    let point = point(x, y)
    return Point(min(max(point.x, left), right), min(max(point.y, top), bottom))
  }

  /// The parts of a line that lie inside. A point that is not finite breaks the line.
  ///
  /// Source: Liang, Barsky (1984), segment by segment.
  func visible(_ points: [Point]) -> [[Point]] {
    var runs: [[Point]] = []
    var run: [Point] = []
    func finish() {
      if run.count > 1 { runs.append(run) }
      run = []
    }
    for (a, b) in zip(points, points.dropFirst()) {
      guard a.x.isFinite, a.y.isFinite, b.x.isFinite, b.y.isFinite else {
        finish()
        continue
      }
      let (dx, dy) = (b.x - a.x, b.y - a.y)
      var (from, to) = (0.0, 1.0)
      for (p, q) in [(-dx, a.x - left), (dx, right - a.x), (-dy, a.y - top), (dy, bottom - a.y)] {
        if p == 0 {
          if q < 0 { to = -1 }
        } else if p < 0 {
          from = max(from, q / p)
        } else {
          to = min(to, q / p)
        }
      }
      guard from <= to else {
        finish()
        continue
      }
      if run.isEmpty || from > 0 {
        finish()
        run = [Point(a.x + from * dx, a.y + from * dy)]
      }
      run.append(Point(a.x + to * dx, a.y + to * dy))
      if to < 1 { finish() }
    }
    finish()
    return runs
  }
}

/// A line without the points that lie within a fifth of a pixel of what is left.
///
/// Source: Ramer (1972); Douglas, Peucker (1973).
func thinned(_ points: [Point], tolerance: Double = 0.2) -> [Point] {
  guard points.count > 2 else { return points }
  var isKept = [Bool](repeating: false, count: points.count)
  (isKept[0], isKept[points.count - 1]) = (true, true)
  var spans = [(0, points.count - 1)]
  while let (first, last) = spans.popLast() {
    let (a, b) = (points[first], points[last])
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let square = dx * dx + dy * dy
    var (farthest, distance) = (first, 0.0)
    for index in first + 1..<max(last, first + 1) {
      let (px, py) = (points[index].x - a.x, points[index].y - a.y)
      let along = square > 0 ? min(1, max(0, (px * dx + py * dy) / square)) : 0
      let (ox, oy) = (px - along * dx, py - along * dy)
      let off = ox * ox + oy * oy
      if off > distance { (farthest, distance) = (index, off) }
    }
    guard distance > tolerance * tolerance else { continue }
    isKept[farthest] = true
    spans += [(first, farthest), (farthest, last)]
  }
  return points.indices.filter { isKept[$0] }.map { points[$0] }
}
