import SiamImages

extension Drawing {
  /// The drawing as pixels, `scale` to each of its own, with smooth edges.
  ///
  /// A drawer of its own rather than a library: what Debian has for it (cairo, rsvg) would be the only dependency beside
  /// the two codecs, for lines, polygons and strokes of text.
  func image(scale: Double = 2) -> Image {
    var raster = Raster(width: Int((width * scale).rounded()), height: Int((height * scale).rounded()))
    for mark in marks {
      switch mark {
      case .line(let points, let colour, let width, let dash):
        let points = points.map { $0 * scale }
        let pieces = dash.isEmpty ? [points] : dashes(points, dash.map { $0 * scale })
        raster.stroke(pieces, colour, width: width * scale)
      case .area(let points, let colour, let opacity):
        raster.fill(points.map { $0 * scale }, colour, opacity: opacity)
      case .text(let text, let place, let size, let anchor, let colour, let isBold, let isUpright):
        let width = StrokeText.width(text, size: size)
        let shift = anchor == .start ? 0 : anchor == .middle ? width / 2 : width
        let strokes = StrokeText.strokes(text, size: size).map { stroke in
          stroke.map { point in
            isUpright
              ? Point(place.x + point.y, place.y - (point.x - shift)) * scale
              : Point(place.x + point.x - shift, place.y + point.y) * scale
          }
        }
        raster.stroke(strokes, colour, width: size * scale * (isBold ? 0.12 : 0.085))
      }
    }
    return raster.image
  }
}

private func * (point: Point, scale: Double) -> Point { Point(point.x * scale, point.y * scale) }

/// The pieces of a line that strokes and gaps in turn leave of it.
private func dashes(_ points: [Point], _ lengths: [Double]) -> [[Point]] {
  var pieces: [[Point]] = []
  var (index, left) = (0, lengths[0])
  var piece = points.isEmpty ? [] : [points[0]]
  for (a, b) in zip(points, points.dropFirst()) {
    let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
    var done = 0.0
    while length - done > left {
      done += left
      let point = Point(a.x + (b.x - a.x) * done / length, a.y + (b.y - a.y) * done / length)
      if index % 2 == 0 { pieces.append(piece + [point]) }
      piece = [point]
      index += 1
      left = lengths[index % lengths.count]
    }
    left -= length - done
    piece.append(b)
  }
  if index % 2 == 0, !piece.isEmpty { pieces.append(piece) }
  return pieces
}

/// A white sheet of pixels that marks are blended into.
private struct Raster {
  let width, height: Int
  private var pixels: [UInt8]

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    pixels = [UInt8](repeating: 255, count: 3 * width * height)
  }

  var image: Image { Image(width: width, height: height, pixels: pixels) }

  /// Lines with round ends. Where several cover a pixel the largest cover counts: one pen, not many layers.
  mutating func stroke(_ lines: [[Point]], _ colour: Colour, width: Double) {
    let reach = width / 2 + 1
    guard let box = Box(of: lines.joined(), reach: reach, in: self) else { return }
    var cover = [Float](repeating: 0, count: box.width * box.height)
    for line in lines {
      for index in 0..<max(1, line.count - 1) {
        let (a, b) = (line[index], line[min(index + 1, line.count - 1)])
        guard let part = Box(of: [a, b], reach: reach, in: self) else { continue }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let square = dx * dx + dy * dy
        for y in part.rows {
          for x in part.columns {
            let (px, py) = (Double(x) + 0.5 - a.x, Double(y) + 0.5 - a.y)
            let along = square > 0 ? min(1, max(0, (px * dx + py * dy) / square)) : 0
            let (ox, oy) = (px - along * dx, py - along * dy)
            let inside = Float(width / 2 + 0.5 - (ox * ox + oy * oy).squareRoot())
            guard inside > 0 else { continue }
            let at = (y - box.rows.lowerBound) * box.width + x - box.columns.lowerBound
            cover[at] = max(cover[at], min(1, inside))
          }
        }
      }
    }
    blend(cover, box, colour, opacity: min(1, width))
  }

  /// A polygon, by the exact share of each pixel that it covers.
  ///
  /// Each edge leaves in the pixels of its rows the area to its right, as a difference to the pixel before; the running
  /// sum of the differences is the cover.
  mutating func fill(_ points: [Point], _ colour: Colour, opacity: Double) {
    guard let box = Box(of: points, reach: 1, in: self) else { return }
    let row = box.width + 2
    var change = [Float](repeating: 0, count: row * box.height)
    for index in points.indices {
      let (from, to) = (points[index], points[(index + 1) % points.count])
      guard from.y != to.y else { continue }
      let (sign, a, b) = from.y < to.y ? (1.0, from, to) : (-1.0, to, from)
      let slope = (b.x - a.x) / (b.y - a.y)
      for y in box.rows where Double(y) < b.y && Double(y + 1) > a.y {
        let (top, bottom) = (max(a.y, Double(y)), min(b.y, Double(y + 1)))
        let (x0, x1) = (a.x + (top - a.y) * slope, a.x + (bottom - a.y) * slope)
        let start = (y - box.rows.lowerBound) * row
        add(
          sign * (bottom - top), from: min(x0, x1) - Double(box.columns.lowerBound),
          to: max(x0, x1) - Double(box.columns.lowerBound), at: start, width: box.width, &change)
      }
    }
    var cover = [Float](repeating: 0, count: box.width * box.height)
    for y in 0..<box.height {
      var sum: Float = 0
      for x in 0..<box.width {
        sum += change[y * row + x]
        cover[y * box.width + x] = min(1, abs(sum))
      }
    }
    blend(cover, box, colour, opacity: opacity)
  }

  /// Spreads an edge of a height over the pixels between two places of a row.
  private func add(
    _ height: Double, from left: Double, to right: Double, at start: Int, width: Int, _ change: inout [Float]
  ) {
    let (left, right) = (min(max(left, 0), Double(width)), min(max(right, 0), Double(width)))
    var x = Int(left)
    var before = 0.0
    while true {
      // The share of the edge that lies left of x + 1, and the area right of it within the pixel x.
      let cut = min(right, Double(x + 1))
      let share = right > left ? (cut - max(left, Double(x))) / (right - left) : 1
      let middle = right > left ? (cut + max(left, Double(x))) / 2 : left
      let area = share * (Double(x + 1) - middle)
      change[start + x] += Float(height * (before + area))
      before = share - area
      if cut >= right {
        change[start + x + 1] += Float(height * before)
        return
      }
      x += 1
    }
  }

  private mutating func blend(_ cover: [Float], _ box: Box, _ colour: Colour, opacity: Double) {
    let parts = [Float(colour.red), Float(colour.green), Float(colour.blue)]
    for y in box.rows {
      for x in box.columns {
        let share =
          cover[(y - box.rows.lowerBound) * box.width + x - box.columns.lowerBound] * Float(opacity)
        guard share > 0 else { continue }
        let at = 3 * (y * width + x)
        for (channel, part) in parts.enumerated() {
          let old = Float(pixels[at + channel])
          pixels[at + channel] = UInt8((old + (part - old) * share).rounded())
        }
      }
    }
  }

  /// The pixels near some points.
  private struct Box {
    let columns, rows: Range<Int>
    var width: Int { columns.count }
    var height: Int { rows.count }

    init?(of points: some Sequence<Point>, reach: Double, in raster: Raster) {
      var (left, right, top, bottom) = (Double.infinity, -Double.infinity, Double.infinity, -Double.infinity)
      for point in points {
        (left, right) = (min(left, point.x), max(right, point.x))
        (top, bottom) = (min(top, point.y), max(bottom, point.y))
      }
      let (x0, x1) = (max(0, left - reach), min(Double(raster.width), right + reach))
      let (y0, y1) = (max(0, top - reach), min(Double(raster.height), bottom + reach))
      guard x0 < x1, y0 < y1 else { return nil }
      columns = Int(x0)..<Int(x1.rounded(.up))
      rows = Int(y0)..<Int(y1.rounded(.up))
    }
  }
}
