/// A point on a drawing, in pixels from the top left corner.
struct Point: Sendable, Equatable {
  /// Rightward and downward.
  var x, y: Double

  init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// Marks on a white sheet, later ones over earlier ones: a figure laid out, before it is text.
struct Drawing: Sendable, Equatable {
  /// Which part of a text its point is at, by SVG's names.
  enum Anchor: String, Sendable { case start, middle, end }

  /// One thing that is drawn.
  enum Mark: Sendable, Equatable {
    /// A line through some points; `dash` holds the lengths of strokes and gaps in turn and is empty for a solid line,
    /// which has round ends.
    case line([Point], Colour, width: Double, dash: [Double])
    /// A filled polygon that does not cross itself.
    case area([Point], Colour, opacity: Double)
    /// One line of text on its baseline; `isUpright` turns it by 90 degrees to the left.
    case text(String, Point, size: Double, Anchor, Colour, isBold: Bool, isUpright: Bool)
  }

  /// The size of the sheet in pixels.
  let width, height: Double
  /// In the order in which they are drawn.
  private(set) var marks: [Mark] = []

  init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// Adds a line; a single point becomes a dot, no point nothing.
  mutating func line(_ points: [Point], _ colour: Colour, width: Double = 1, dash: [Double] = []) {
    guard !points.isEmpty else { return }
    marks.append(.line(points, colour, width: width, dash: dash))
  }

  /// Adds a filled polygon; fewer than three points become nothing.
  mutating func area(_ points: [Point], _ colour: Colour, opacity: Double = 1) {
    guard points.count > 2 else { return }
    marks.append(.area(points, colour, opacity: opacity))
  }

  /// Adds a line of text.
  mutating func text(
    _ text: String, _ point: Point, size: Double, _ anchor: Anchor = .start, _ colour: Colour = .text,
    isBold: Bool = false, isUpright: Bool = false
  ) {
    marks.append(.text(text, point, size: size, anchor, colour, isBold: isBold, isUpright: isUpright))
  }
}
