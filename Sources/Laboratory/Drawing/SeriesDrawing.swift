/// How one series is told from the others: by colour, and by the shape of its marks where they are separate.
struct Look {
  let colour: Colour
  let shape: Int

  init(_ index: Int) {
    colour = Colour.series[index % Colour.series.count]
    shape = index % 4
  }

  /// A mark at a place, in white with a coloured edge where it would hide a line.
  func mark(at point: Point, size: Double = 4, in drawing: inout Drawing) {
    let (x, y) = (point.x, point.y)
    switch shape {
    case 0: drawing.line([point], colour, width: 2 * size)
    case 1:
      let s = size * 0.9
      drawing.area(
        [Point(x - s, y - s), Point(x + s, y - s), Point(x + s, y + s), Point(x - s, y + s)], colour)
    case 2:
      let s = size * 1.2
      drawing.area([Point(x, y - s), Point(x + s, y + 0.8 * s), Point(x - s, y + 0.8 * s)], colour)
    default:
      let s = size * 1.25
      drawing.area([Point(x, y - s), Point(x + s, y), Point(x, y + s), Point(x - s, y)], colour)
    }
  }
}

extension Figure {
  static func drawBand(_ series: Series, _ look: Look, _ frame: Frame, in drawing: inout Drawing) {
    var (upper, lower): ([Point], [Point]) = ([], [])
    for point in series.points {
      guard let low = point.low, let high = point.high else { continue }
      let (bottom, top) = (frame.clamped(point.x, low), frame.clamped(point.x, high))
      guard bottom.x.isFinite, top.x.isFinite, bottom.y.isFinite, top.y.isFinite else { continue }
      upper.append(top)
      lower.append(bottom)
    }
    drawing.area(upper + lower.reversed(), look.colour, opacity: 0.2)
  }

  static func draw(_ series: Series, _ look: Look, _ frame: Frame, in drawing: inout Drawing) {
    let dash: [Double] = series.style == .dashed ? [7, 5] : series.style == .dotted ? [2, 3.5] : []
    if series.style != .points {
      for run in frame.visible(series.points.map { frame.point($0.x, $0.y) }) {
        drawing.line(thinned(run), look.colour, width: 2, dash: dash)
      }
    }
    for point in series.points {
      guard let low = point.low, let high = point.high, series.uncertainty != .band else { continue }
      let isHorizontal = series.uncertainty == .horizontal
      let a = isHorizontal ? frame.clamped(low, point.y) : frame.clamped(point.x, low)
      let b = isHorizontal ? frame.clamped(high, point.y) : frame.clamped(point.x, high)
      drawing.line([a, b], look.colour, width: 1.5)
      for end in [a, b] {
        drawing.line(
          isHorizontal
            ? [Point(end.x, end.y - 3), Point(end.x, end.y + 3)]
            : [Point(end.x - 3, end.y), Point(end.x + 3, end.y)],
          look.colour, width: 1.5)
      }
    }
    guard series.style == .points || series.style == .pointsAndLine else { return }
    for point in series.points {
      let place = frame.point(point.x, point.y)
      if frame.contains(place) { look.mark(at: place, in: &drawing) }
    }
  }

  /// The legend: entries in as many lines as they need, above the axes.
  struct Legend {
    private static let size = 12.0
    private let entries: [(series: Series, look: Look, x: Double, line: Int)]
    let height: Double

    init(_ series: [Series], width: Double) {
      var entries: [(series: Series, look: Look, x: Double, line: Int)] = []
      var (x, line) = (0.0, 0)
      for (index, one) in series.enumerated() where !one.name.isEmpty {
        let room = 30 + StrokeText.width(one.name, size: Self.size) * 1.06 + 16
        if x > 0, x + room > width { (x, line) = (0, line + 1) }
        entries.append((one, Look(one.look ?? index), x, line))
        x += room
      }
      self.entries = entries
      height = entries.isEmpty ? 0 : 18 * Double(line + 1) + 4
    }

    func draw(at place: Point, in drawing: inout Drawing) {
      for entry in entries {
        let (x, y) = (place.x + entry.x, place.y + 18 * Double(entry.line) + 6)
        switch entry.series.style {
        case .points: entry.look.mark(at: Point(x + 12, y), in: &drawing)
        case .pointsAndLine:
          drawing.line([Point(x, y), Point(x + 24, y)], entry.look.colour, width: 2)
          entry.look.mark(at: Point(x + 12, y), in: &drawing)
        default:
          let dash: [Double] =
            entry.series.style == .dashed ? [7, 5] : entry.series.style == .dotted ? [2, 3.5] : []
          drawing.line([Point(x, y), Point(x + 24, y)], entry.look.colour, width: 2, dash: dash)
        }
        drawing.text(entry.series.name, Point(x + 30, y + 4), size: Self.size)
      }
    }
  }
}

extension Figure.Frame {
  func contains(_ point: Point) -> Bool {
    point.x >= left - 0.5 && point.x <= right + 0.5 && point.y >= top - 0.5 && point.y <= bottom + 0.5
  }

  /// The place of a value, moved to the frame's edge where it lies beyond.
  func clamped(_ x: Double, _ y: Double) -> Point {
    let place = point(x, y)
    return Point(min(max(place.x, left), right), min(max(place.y, top), bottom))
  }

  /// The parts of a line that lie inside the frame (Liang, Barsky 1984, segment by segment); a point that is no number
  /// breaks it.
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

/// The points of a line without those that lie within a fifth of a pixel of it (Ramer 1972; Douglas, Peucker 1973).
func thinned(_ points: [Point], tolerance: Double = 0.2) -> [Point] {
  guard points.count > 2 else { return points }
  var keeps = [Bool](repeating: false, count: points.count)
  (keeps[0], keeps[points.count - 1]) = (true, true)
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
    keeps[farthest] = true
    spans += [(first, farthest), (farthest, last)]
  }
  return points.indices.filter { keeps[$0] }.map { points[$0] }
}

extension Figure.Series {
  /// Lists of numbers by epoch, one for each seed: their mean, and the range over the seeds as a band.
  static func course(
    _ name: String, _ style: Style = .line, _ lists: [[Double]], from first: Int = 0,
    at places: [Double]? = nil, look: Int
  ) -> Figure.Series {
    let points = (0..<(lists.map(\.count).min() ?? 0)).map { index in
      let estimate = Estimate(lists.map { $0[index] })
      return Point(
        places?[index] ?? Double(index + first), estimate.mean, low: estimate.smallest, high: estimate.largest
      )
    }
    return Figure.Series(name, style, points, look: look)
  }
}
