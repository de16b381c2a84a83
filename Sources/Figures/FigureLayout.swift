extension Figure {
  private static let (titleSize, panelTitleSize, labelSize, tickSize) = (16.0, 13.5, 13.0, 12.0)

  /// The figure laid out: every line, area and text with its coordinates.
  var drawing: Drawing {
    let columns = max(1, min(columns, panels.count))
    let rows = (panels.count + columns - 1) / columns
    let head = title.isEmpty ? 8.0 : 38.0
    let width = Double(columns) * panelWidth
    // Bold letters are wider by about a tenth.
    let titleWidth = 1.1 * textWidth(title, size: Self.titleSize) + 24
    var drawing = Drawing(width: max(width, titleWidth), height: head + Double(rows) * panelHeight)
    if !title.isEmpty {
      drawing.text(title, Point(drawing.width / 2, 25), size: Self.titleSize, .middle, isBold: true)
    }
    let left = (drawing.width - width) / 2
    for (index, panel) in panels.enumerated() {
      let (row, column) = (index / columns, index % columns)
      Self.draw(
        panel, left: left + Double(column) * panelWidth, top: head + Double(row) * panelHeight,
        width: panelWidth, height: panelHeight, in: &drawing)
    }
    return drawing
  }

  /// A panel's axes on the sheet, in pixels.
  struct Frame {
    /// The edges of the rectangle between the axes.
    let left, top, right, bottom: Double
    /// The axes.
    let x, y: Scale
    /// Whether values of y increase downward, as a list of names is read.
    let isDownward: Bool

    /// The pixel of a pair of values; outside the frame where a value is out of range.
    func point(_ px: Double, _ py: Double) -> Point {
      let (u, v) = (x.fraction(of: px), y.fraction(of: py))
      return Point(
        left + u * (right - left), isDownward ? top + v * (bottom - top) : bottom - v * (bottom - top))
    }
  }

  private static func draw(
    _ panel: Panel, left: Double, top: Double, width: Double, height: Double, in drawing: inout Drawing
  ) {
    let legend = Legend(panel.series, width: width - 90)
    let (xs, ys) = panel.extent
    let y = Scale(panel.y, showing: ys, ticks: max(3, Int((height - 110) / 45)))
    let x = Scale(panel.x, showing: xs, ticks: max(3, Int((width - 90) / 70)))
    var isDownward = false
    if case .names = panel.y.kind { isDownward = true }
    let frame = Frame(
      left: left + y.labelWidth(size: tickSize) + (panel.y.label.isEmpty ? 18 : 40),
      top: top + 28 + legend.height, right: left + width - 18, bottom: top + height - 50, x: x, y: y,
      isDownward: isDownward)

    drawing.text(
      panel.title, Point((frame.left + frame.right) / 2, top + 16), size: panelTitleSize, .middle,
      isBold: true)
    legend.draw(at: Point(frame.left, top + 28), in: &drawing)
    drawAxes(panel, frame, in: &drawing)
    for rule in panel.rules { draw(rule, frame, in: &drawing) }
    // Bands first, so that none covers a line.
    for (index, series) in panel.series.enumerated() where series.uncertainty == .band {
      drawBand(series, Appearance(series, index), frame, in: &drawing)
    }
    for (index, series) in panel.series.enumerated() {
      // A line over an equal one of another colour has gaps that show it.
      let appearance = Appearance(series, index)
      let hidden = panel.series[..<index].enumerated().count { place, other in
        Appearance(other, place).colour != appearance.colour && series.covers(other, in: frame)
      }
      draw(series, appearance, frame, over: hidden, in: &drawing)
    }
    drawing.line(
      [
        Point(frame.left, frame.top), Point(frame.right, frame.top), Point(frame.right, frame.bottom),
        Point(frame.left, frame.bottom), Point(frame.left, frame.top),
      ], .frame)
  }

  /// The grid, the ticks and the labels of both axes.
  private static func drawAxes(_ panel: Panel, _ frame: Frame, in drawing: inout Drawing) {
    for tick in frame.x.ticks {
      let at = frame.left + frame.x.fraction(of: tick.value) * (frame.right - frame.left)
      if !tick.label.isEmpty {
        drawing.line([Point(at, frame.top), Point(at, frame.bottom)], .grid)
        drawing.text(tick.label, Point(at, frame.bottom + 18), size: tickSize, .middle)
      }
      drawing.line([Point(at, frame.bottom), Point(at, frame.bottom - (tick.label.isEmpty ? 3 : 5))], .frame)
    }
    for tick in frame.y.ticks {
      let at = frame.point(frame.x.range.lowerBound, tick.value).y
      if !tick.label.isEmpty {
        drawing.line([Point(frame.left, at), Point(frame.right, at)], .grid)
        drawing.text(tick.label, Point(frame.left - 7, at + 4), size: tickSize, .end)
      }
      drawing.line([Point(frame.left, at), Point(frame.left + (tick.label.isEmpty ? 3 : 5), at)], .frame)
    }
    drawing.text(
      panel.x.label, Point((frame.left + frame.right) / 2, frame.bottom + 38), size: labelSize, .middle)
    drawing.text(
      panel.y.label,
      Point(frame.left - frame.y.labelWidth(size: tickSize) - 18, (frame.top + frame.bottom) / 2),
      size: labelSize, .middle, isUpright: true)
  }

  private static func draw(_ rule: Rule, _ frame: Frame, in drawing: inout Drawing) {
    switch rule.position {
    case .x(let value):
      guard (0...1).contains(frame.x.fraction(of: value)) else { return }
      let at = frame.point(value, frame.y.range.lowerBound).x
      drawing.line([Point(at, frame.top), Point(at, frame.bottom)], .text, width: 1.2, dash: [2, 4])
      let isRight = at > (frame.left + frame.right) / 2
      drawing.text(
        rule.label, Point(at + (isRight ? -5 : 5), rule.isAtStart ? frame.bottom - 10 : frame.top + 14),
        size: tickSize, isRight ? .end : .start)
    case .y(let value):
      guard (0...1).contains(frame.y.fraction(of: value)) else { return }
      let at = frame.point(frame.x.range.lowerBound, value).y
      drawing.line([Point(frame.left, at), Point(frame.right, at)], .text, width: 1.2, dash: [2, 4])
      let isBelow = at - frame.top < 20
      drawing.text(
        rule.label,
        Point(rule.isAtStart ? frame.left + 8 : frame.right - 6, at + (isBelow ? 18 : -8)), size: tickSize,
        rule.isAtStart ? .start : .end)
    }
  }
}

extension Figure.Panel {
  /// The values that the axes have to show: all points and rules, and the ends of their intervals as far as these do
  /// not reach beyond the points by more than the points' own span. The wide intervals of few seeds would otherwise
  /// leave the points no room.
  fileprivate var extent: (x: [Double], y: [Double]) {
    var (xs, ys): ([Double], [Double]) = ([], [])
    var (endsX, endsY): ([Double], [Double]) = ([], [])
    for series in series {
      for point in series.points {
        xs.append(point.x)
        ys.append(point.y)
        let ends = [point.low, point.high].compactMap { $0 }
        if series.uncertainty == .horizontal { endsX += ends } else { endsY += ends }
      }
    }
    for rule in rules {
      switch rule.position {
      case .x(let value): xs.append(value)
      case .y(let value): ys.append(value)
      }
    }
    return (xs + Self.limited(endsX, to: xs, x.kind), ys + Self.limited(endsY, to: ys, y.kind))
  }

  private static func limited(_ ends: [Double], to values: [Double], _ kind: Figure.Axis.Kind) -> [Double] {
    if case .names = kind { return [] }
    if kind == .logarithmic {
      let positive = values.filter { $0.isFinite && $0 > 0 }
      guard let low = positive.min(), let high = positive.max() else { return [] }
      let room = max(2, (high / low).squareRoot())
      return ends.filter(\.isFinite).map { min(max($0, low / room), high * room) }
    }
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return [] }
    let room = high > low ? high - low : max(1e-9, 0.1 * abs(high))
    return ends.filter(\.isFinite).map { min(max($0, low - room), high + room) }
  }
}
