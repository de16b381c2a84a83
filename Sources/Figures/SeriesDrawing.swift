/// What tells a series from the others: its colour, and the shape of its markers.
struct Appearance {
  /// Of its lines and markers.
  let colour: Colour
  private let shape: Int

  /// - Parameter index: the series' own in its panel, taken where it names no colour.
  init(_ series: Figure.Series, _ index: Int) {
    let number = series.colour ?? index
    colour = Colour.palette[number % Colour.palette.count]
    shape = number % 4
  }

  /// The end of a bar that goes on beyond the frame: a tip that touches it.
  ///
  /// - Parameter forward: whether it points to the right, or downward.
  func arrow(at end: Point, isHorizontal: Bool, forward: Bool, in drawing: inout Drawing) {
    let back = forward ? -7.0 : 7
    drawing.area(
      isHorizontal
        ? [end, Point(end.x + back, end.y - 4), Point(end.x + back, end.y + 4)]
        : [end, Point(end.x - 4, end.y + back), Point(end.x + 4, end.y + back)], colour)
  }

  /// A marker: a disc, a square, a triangle or a diamond.
  func mark(at point: Point, in drawing: inout Drawing) {
    let (x, y, size) = (point.x, point.y, 4.0)
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

extension Figure.Series.Style {
  /// The lengths of strokes and gaps in pixels; empty for a solid line.
  var dash: [Double] {
    switch self {
    case .dashed: [7, 5]
    case .dotted: [2, 3.5]
    case .line, .points, .pointsAndLine: []
    }
  }
}

extension Figure.Series {
  /// Whether this line lies on another along most of its way, within a pixel, and would hide it.
  func covers(_ other: Figure.Series, in frame: Figure.Frame) -> Bool {
    guard style != .points, other.style != .points, points.count > 1, points.count == other.points.count
    else { return false }
    let near = zip(points, other.points).count { mine, theirs in
      let (a, b) = (frame.point(mine.x, mine.y), frame.point(theirs.x, theirs.y))
      return abs(a.x - b.x) < 1 && abs(a.y - b.y) < 1
    }
    return 2 * near > points.count
  }
}

extension Figure {
  /// The area between the ends of the intervals, where a series has some.
  static func drawBand(
    _ series: Series, _ appearance: Appearance, _ frame: Frame, in drawing: inout Drawing
  ) {
    var (upper, lower): ([Point], [Point]) = ([], [])
    for point in series.points {
      guard let low = point.low, let high = point.high else { continue }
      let (bottom, top) = (frame.clamped(point.x, low), frame.clamped(point.x, high))
      guard bottom.x.isFinite, top.x.isFinite, bottom.y.isFinite, top.y.isFinite else { continue }
      upper.append(top)
      lower.append(bottom)
    }
    drawing.area(upper + lower.reversed(), appearance.colour, opacity: 0.2)
  }

  /// The lines, bars and markers of a series; its band is drawn before.
  ///
  /// - Parameter hidden: how many lines lie under it that it would hide.
  static func draw(
    _ series: Series, _ appearance: Appearance, _ frame: Frame, over hidden: Int = 0,
    in drawing: inout Drawing
  ) {
    if series.style != .points {
      let dash = hidden > 0 ? [6, 6 * Double(hidden)] : series.style.dash
      for run in frame.visible(series.points.map { frame.point($0.x, $0.y) }) {
        drawing.line(thinned(run), appearance.colour, width: 2, dash: dash)
      }
    }
    for point in series.points {
      guard let low = point.low, let high = point.high, series.uncertainty != .band else { continue }
      let isHorizontal = series.uncertainty == .horizontal
      let a = isHorizontal ? frame.clamped(low, point.y) : frame.clamped(point.x, low)
      let b = isHorizontal ? frame.clamped(high, point.y) : frame.clamped(point.x, high)
      drawing.line([a, b], appearance.colour, width: 1.5)
      let ends = [
        (isHorizontal ? frame.point(low, point.y) : frame.point(point.x, low), a),
        (isHorizontal ? frame.point(high, point.y) : frame.point(point.x, high), b),
      ]
      for (whole, end) in ends {
        let (dx, dy) = (whole.x - end.x, whole.y - end.y)
        if abs(isHorizontal ? dx : dy) > 0.5 {
          appearance.arrow(
            at: end, isHorizontal: isHorizontal, forward: (isHorizontal ? dx : dy) > 0, in: &drawing)
        } else {
          drawing.line(
            isHorizontal
              ? [Point(end.x, end.y - 3), Point(end.x, end.y + 3)]
              : [Point(end.x - 3, end.y), Point(end.x + 3, end.y)],
            appearance.colour, width: 1.5)
        }
      }
    }
    guard series.style == .points || series.style == .pointsAndLine else { return }
    for point in series.points {
      let centre = frame.point(point.x, point.y)
      if frame.contains(centre) { appearance.mark(at: centre, in: &drawing) }
    }
  }
}
