import Foundation
import SiamImages
import Testing

@testable import SiamLaboratory

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Collects what an XML document says of its elements.
private final class Elements: NSObject, XMLParserDelegate {
  var names: [String] = []
  var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) { names.append(name) }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }
}

/// The elements of a document; nil if it is not well formed.
private func elements(of svg: String) -> Elements? {
  let (parser, elements) = (XMLParser(data: Data(svg.utf8)), Elements())
  parser.delegate = elements
  return parser.parse() ? elements : nil
}

@Suite struct FigureTests {
  private static let falling: [Figure.Series.Point] = (0..<50).map { index in
    let value = 1 / Double(index + 1)
    return Figure.Series.Point(Double(index), value, low: value / 2, high: value * 2)
  }
  private static let broken: [Figure.Series.Point] = [
    .init(0, 0.1), .init(10, Double.nan), .init(40, 0.2), .init(49, 1e9),
  ]
  private static let left = Figure.Panel(
    "Left", x: .init("time t"), y: .init("loss", .logarithmic),
    series: [.init("first", .line, falling), .init("second", .pointsAndLine, broken)],
    rules: [.init(.y(0.05), "limit")])
  private static let scores: [Figure.Series.Point] = [
    .init(50, 0, low: 40, high: 60), .init(70, 1, low: 65, high: 75),
  ]
  private static let right = Figure.Panel(
    "Right", x: .init("accuracy in %", in: 0...100), y: .init("", .names(["raw", "untrained θ"])),
    series: [.init("", .points, scores, uncertainty: .horizontal)])
  static let figure = Figure("some", title: "A < B & \"C\"", panels: [left, right])

  @Test func `the SVG is well formed and says what the axes and legends say`() throws {
    let document = elements(of: Self.figure.svg)
    let found = try #require(document)
    #expect(found.names.first == "svg" && found.names.contains("path") && found.names.contains("text"))
    for text in ["A < B & \"C\"", "Left", "time t", "loss", "first", "second", "limit", "untrained θ"] {
      #expect(found.text.contains(text), "\(text)")
    }
  }

  @Test func `the PNG decodes to the same picture, twice the size of the SVG`() throws {
    let image = Self.figure.image()
    let drawing = Self.figure.drawing
    #expect(image.width == Int(2 * drawing.width) && image.height == Int(2 * drawing.height))
    let bytes = try image.pngBytes()
    let decoded = try Decoded(bytes.span, path: "figure.png").image
    #expect(decoded == image)
  }

  @Test func `nothing is drawn outside the sheet`() {
    for mark in Self.figure.drawing.marks {
      guard case .line(let points, _, _, _) = mark else { continue }
      for point in points {
        #expect(
          (0...Self.figure.drawing.width).contains(point.x)
            && (0...Self.figure.drawing.height).contains(point.y))
      }
    }
  }

  @Test("ticks are round numbers within the range", arguments: [0.0...1, -3...12, 0...0.004, 100...250_000])
  func ticks(range: ClosedRange<Double>) {
    let scale = Scale(.init("", .linear, in: range), showing: [])
    #expect((3...8).contains(scale.ticks.count))
    for tick in scale.ticks {
      #expect(tick.value >= range.lowerBound - 1e-9 && tick.value <= range.upperBound * (1 + 1e-9))
      #expect(abs((Double(tick.label) ?? .nan) - tick.value) < 1e-6 * range.upperBound)
    }
    #expect(Set(scale.ticks.map(\.label)).count == scale.ticks.count)
  }

  @Test func `a logarithmic axis has its ticks at powers of ten`() {
    let scale = Scale(.init("", .logarithmic, in: 1e-6...1), showing: [])
    #expect(
      scale.ticks.filter { !$0.label.isEmpty }.map(\.value).allSatisfy { value in
        let exponent = log10(value)
        return abs(exponent - exponent.rounded()) < 1e-9
      })
    #expect(abs(scale.place(1e-3) - 0.5) < 1e-12 && scale.place(-1) == -.infinity)
  }
}

@Suite struct RasterTests {
  @Test func `a polygon covers each pixel by its exact share`() {
    var drawing = Drawing(width: 8, height: 4)
    drawing.area([Point(1.5, 1), Point(4.25, 1), Point(4.25, 2.5), Point(1.5, 2.5)], .black)
    let image = drawing.image(scale: 1)
    func grey(_ x: Int, _ y: Int) -> Int { Int(image.pixels[3 * (y * 8 + x)]) }
    #expect((0..<8).map { grey($0, 1) } == [255, 128, 0, 0, 191, 255, 255, 255])
    #expect((0..<8).map { grey($0, 2) } == [255, 191, 128, 128, 223, 255, 255, 255])
    #expect((0..<8).allSatisfy { grey($0, 0) == 255 && grey($0, 3) == 255 })
  }

  @Test func `the cover of a slanted polygon sums to its area`() {
    var drawing = Drawing(width: 40, height: 40)
    drawing.area([Point(3.3, 4.1), Point(35.2, 11.7), Point(14.9, 36.4)], .black)
    let dark = drawing.image(scale: 1).pixels.reduce(0.0) { $0 + (255 - Double($1)) / 255 } / 3
    let area = 0.5 * abs((35.2 - 3.3) * (36.4 - 4.1) - (14.9 - 3.3) * (11.7 - 4.1))
    #expect(abs(dark - area) < 0.005 * area)
  }

  @Test func `a line is as wide as it says, and a dash leaves gaps`() {
    var drawing = Drawing(width: 60, height: 20)
    drawing.line([Point(10, 10), Point(50, 10)], .black, width: 3)
    let whole = drawing.image(scale: 1)
    let column = (0..<20).reduce(0.0) { $0 + (255 - Double(whole.pixels[3 * ($1 * 60 + 30)])) / 255 }
    #expect(abs(column - 3) < 0.1)
    var dashed = Drawing(width: 60, height: 20)
    dashed.line([Point(10, 10), Point(50, 10)], .black, width: 2, dash: [4, 6])
    let row = dashed.image(scale: 1)
    let dark = (10..<50).filter { row.pixels[3 * (10 * 60 + $0)] < 128 }
    #expect(dark.contains(11) && !dark.contains(18) && dark.contains(22) && !dark.contains(48))
  }
}
