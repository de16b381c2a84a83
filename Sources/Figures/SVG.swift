extension Figure {
  /// The figure as a document of its own: Scalable Vector Graphics 1.1.
  package var svg: String { drawing.svg }
}

extension Drawing {
  /// The marks as an SVG document.
  var svg: String {
    let (width, height) = (number(width), number(height))
    let head = [
      #"<svg xmlns="http://www.w3.org/2000/svg" width="\#(width)" height="\#(height)" "#
        + #"viewBox="0 0 \#(width) \#(height)" font-family="Helvetica,Arial,sans-serif">"#,
      #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    return (head + marks.map(\.svg)).joined(separator: "\n") + "\n</svg>\n"
  }
}

extension Drawing.Mark {
  /// The mark as one element.
  fileprivate var svg: String {
    switch self {
    case .line(let points, let colour, let width, let dash):
      let dashes = dash.isEmpty ? "" : #" stroke-dasharray="\#(dash.map(number).joined(separator: " "))""#
      return #"<path d="\#(path(points))" fill="none" stroke="\#(colour.hexadecimal)" "#
        + #"stroke-width="\#(number(width))" stroke-linejoin="round" "#
        + #"stroke-linecap="\#(dash.isEmpty ? "round" : "butt")"\#(dashes)/>"#
    case .area(let points, let colour, let opacity):
      let transparency = opacity < 1 ? #" fill-opacity="\#(number(opacity))""# : ""
      return #"<path d="\#(path(points))Z" fill="\#(colour.hexadecimal)"\#(transparency)/>"#
    case .text(let text, let point, let size, let anchor, let colour, let isBold, let isUpright):
      let (x, y) = (number(point.x), number(point.y))
      return #"<text x="\#(x)" y="\#(y)" font-size="\#(number(size))" text-anchor="\#(anchor.rawValue)" "#
        + #"fill="\#(colour.hexadecimal)"\#(isBold ? #" font-weight="bold""# : "")"#
        + #"\#(isUpright ? #" transform="rotate(-90 \#(x) \#(y))""# : "")>\#(escaped(text))</text>"#
    }
  }
}

/// A coordinate to a hundredth of a pixel.
private func number(_ value: Double) -> String { shortDecimal(value, places: 2) }

private func path(_ points: [Point]) -> String {
  // A line to the point itself is a dot, which its round ends show.
  let all = points.count == 1 ? points + points : points
  return "M" + all.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L")
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
