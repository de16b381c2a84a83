/// A place on a drawing, in pixels from the top left.
struct Point: Sendable, Equatable {
  var x, y: Double

  init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// A colour of sRGB, each part 0...255.
package struct Colour: Sendable, Equatable {
  package let red, green, blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  static let black = Colour(0, 0, 0)
  static let text = Colour(38, 38, 38)
  static let frame = Colour(96, 96, 96)
  static let grid = Colour(226, 226, 226)
  static let white = Colour(255, 255, 255)

  /// Colours for series, told apart with any kind of colour vision; after the last one they begin again.
  ///
  /// Source: Okabe, Ito (2008), without the yellow, which is too light for a line on white, and with grey.
  static let series = [
    Colour(0, 114, 178), Colour(213, 94, 0), Colour(0, 158, 115), Colour(204, 121, 167), Colour(86, 180, 233),
    Colour(230, 159, 0), Colour(90, 90, 90),
  ]

  var hexadecimal: String {
    "#"
      + [red, green, blue].map { part in
        let digits = String(part, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }
}

/// Marks on a white sheet, in the order in which they are made: what a figure comes to before it is a file.
///
/// `svg` and `image(scale:)` show the same marks.
struct Drawing: Sendable, Equatable {
  enum Anchor: String, Sendable { case start, middle, end }

  enum Mark: Sendable, Equatable {
    /// A line with round ends through some points; `dash` is the lengths of strokes and gaps, empty for a whole line.
    case line([Point], Colour, width: Double, dash: [Double])
    /// A filled polygon that does not cross itself.
    case area([Point], Colour, opacity: Double)
    /// A line of text at its base line; `isUpright` turns it a quarter to the left.
    case text(String, Point, size: Double, Anchor, Colour, isBold: Bool, isUpright: Bool)
  }

  let width, height: Double
  private(set) var marks: [Mark] = []

  init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  mutating func line(_ points: [Point], _ colour: Colour, width: Double = 1, dash: [Double] = []) {
    guard !points.isEmpty else { return }
    marks.append(.line(points, colour, width: width, dash: dash))
  }

  mutating func area(_ points: [Point], _ colour: Colour, opacity: Double = 1) {
    guard points.count > 2 else { return }
    marks.append(.area(points, colour, opacity: opacity))
  }

  mutating func text(
    _ text: String, _ place: Point, size: Double, _ anchor: Anchor = .start, _ colour: Colour = .text,
    isBold: Bool = false, isUpright: Bool = false
  ) {
    marks.append(
      .text(text, place, size: size, anchor, colour, isBold: isBold, isUpright: isUpright))
  }
}

extension Drawing {
  /// The drawing as a document of Scalable Vector Graphics 1.1.
  var svg: String {
    func number(_ value: Double) -> String { shortDecimal(value, places: 2) }
    func path(_ points: [Point]) -> String {
      // A line of one point is a dot, which the round ends show.
      let all = points.count == 1 ? points + points : points
      return "M" + all.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L")
    }
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(number(width))" height="\#(number(height))" "#
        + #"viewBox="0 0 \#(number(width)) \#(number(height))" font-family="Helvetica,Arial,sans-serif">"#,
      #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    for mark in marks {
      switch mark {
      case .line(let points, let colour, let width, let dash):
        let dashes =
          dash.isEmpty ? "" : #" stroke-dasharray="\#(dash.map(number).joined(separator: " "))""#
        lines.append(
          #"<path d="\#(path(points))" fill="none" stroke="\#(colour.hexadecimal)" "#
            + #"stroke-width="\#(number(width))" stroke-linejoin="round" stroke-linecap="\#(dash.isEmpty ? "round" : "butt")"\#(dashes)/>"#
        )
      case .area(let points, let colour, let opacity):
        let see = opacity < 1 ? #" fill-opacity="\#(number(opacity))""# : ""
        lines.append(#"<path d="\#(path(points))Z" fill="\#(colour.hexadecimal)"\#(see)/>"#)
      case .text(let text, let place, let size, let anchor, let colour, let isBold, let isUpright):
        let (x, y) = (number(place.x), number(place.y))
        lines.append(
          #"<text x="\#(x)" y="\#(y)" font-size="\#(number(size))" text-anchor="\#(anchor.rawValue)" "#
            + #"fill="\#(colour.hexadecimal)"\#(isBold ? #" font-weight="bold""# : "")"#
            + #"\#(isUpright ? #" transform="rotate(-90 \#(x) \#(y))""# : "")>\#(escaped(text))</text>"#)
      }
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }
}

/// Text as XML may hold it.
private func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}
