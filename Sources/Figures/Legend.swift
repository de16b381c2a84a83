extension Figure {
  /// The names of a panel's series, each with a piece of its line, in as many rows as they need.
  struct Legend {
    private static let size = 12.0
    private let entries: [(series: Series, appearance: Appearance, x: Double, row: Int)]
    /// The room that it takes above the axes, in pixels; 0 when no series has a name.
    let height: Double

    /// - Parameter width: the pixels that a row may fill.
    init(_ series: [Series], width: Double) {
      var entries: [(series: Series, appearance: Appearance, x: Double, row: Int)] = []
      var (x, row) = (0.0, 0)
      for (index, one) in series.enumerated() where !one.name.isEmpty {
        let room = 30 + textWidth(one.name, size: Self.size) + 16
        if x > 0, x + room > width { (x, row) = (0, row + 1) }
        entries.append((one, Appearance(one, index), x, row))
        x += room
      }
      self.entries = entries
      height = entries.isEmpty ? 0 : 18 * Double(row + 1) + 4
    }

    /// - Parameter corner: its top left.
    func draw(at corner: Point, in drawing: inout Drawing) {
      for (series, appearance, x, row) in entries {
        let (x, y) = (corner.x + x, corner.y + 18 * Double(row) + 6)
        if series.style != .points {
          drawing.line(
            [Point(x, y), Point(x + 24, y)], appearance.colour, width: 2, dash: series.style.dash)
        }
        if series.style == .points || series.style == .pointsAndLine {
          appearance.mark(at: Point(x + 12, y), in: &drawing)
        }
        drawing.text(series.name, Point(x + 30, y + 4), size: Self.size)
      }
    }
  }
}
