import Foundation
import Testing

@testable import SiamFigures

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

  @Test func `nothing is drawn outside the sheet`() {
    let drawing = Self.figure.drawing
    let sheet = (x: 0...drawing.width, y: 0...drawing.height)
    for mark in drawing.marks {
      switch mark {
      case .line(let points, _, _, _), .area(let points, _, _):
        #expect(points.allSatisfy { sheet.x.contains($0.x) && sheet.y.contains($0.y) })
      case .text(let text, let point, let size, let anchor, _, _, let isUpright):
        let width = textWidth(text, size: size)
        let before = anchor == .start ? 0 : anchor == .middle ? width / 2 : width
        // Upright text runs from the bottom to the top.
        let start = isUpright ? drawing.height - point.y - before : point.x - before
        let room = isUpright ? sheet.y : sheet.x
        #expect(room.contains(start) && room.contains(start + width), "\(text)")
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

  @Test("what is counted has its ticks at integers", arguments: [1.0, 2, 3, 7, 12, 44, 80, 400, 12_800])
  func countedTicks(last: Double) {
    let scale = Scale(.init("epoch", .counted), showing: [0, last])
    #expect((2...9).contains(scale.ticks.count))
    for tick in scale.ticks {
      #expect(tick.value == tick.value.rounded() && Int(tick.label) == Int(tick.value))
    }
  }

  @Test func `a logarithmic axis has its ticks at powers of ten`() {
    let scale = Scale(.init("", .logarithmic, in: 1e-6...1), showing: [])
    #expect(
      scale.ticks.filter { !$0.label.isEmpty }.map(\.value).allSatisfy { value in
        let exponent = log10(value)
        return abs(exponent - exponent.rounded()) < 1e-9
      })
    #expect(abs(scale.fraction(of: 1e-3) - 0.5) < 1e-12 && scale.fraction(of: -1) == -.infinity)
  }

  private func lines(_ figure: Figure, _ colour: Colour) -> [(points: [Point], dash: [Double])] {
    figure.drawing.marks.compactMap { mark in
      guard case .line(let points, let own, _, let dash) = mark, own == colour, points.count > 2 else {
        return nil
      }
      return (points, dash)
    }
  }

  @Test func `a line on an equal one has gaps that show it`() {
    let points = (0..<20).map { Figure.Series.Point(Double($0), Double($0 * $0)) }
    let other = points.map { Figure.Series.Point($0.x, $0.y + 30) }
    let panel = Figure.Panel(
      "", x: .init("x"), y: .init("y"),
      series: [
        .init("a", .line, points), .init("b", .line, points), .init("c", .line, other),
        .init("d", .line, points),
      ])
    let figure = Figure("equal", title: "", columns: 1, panels: [panel])
    let dashes = (0..<4).map { lines(figure, Colour.palette[$0]).map(\.dash) }
    #expect(dashes == [[[]], [[6, 6]], [[]], [[6, 12]]])
    // Of one colour nothing would be seen through gaps.
    let alike = (0..<2).map { _ in Figure.Series("", .line, points, colour: 3) }
    let plain = Figure(
      "alike", title: "", columns: 1, panels: [Figure.Panel("", x: .init("x"), y: .init("y"), series: alike)])
    #expect(lines(plain, Colour.palette[3]).map(\.dash) == [[], []])
  }

  @Test func `a bar that goes on beyond the frame ends in an arrow, any other in a cap`() {
    let points: [Figure.Series.Point] = [.init(50, 0, low: -500, high: 60), .init(60, 1, low: 55, high: 65)]
    let panel = Figure.Panel(
      "", x: .init("accuracy", in: 40...80), y: .init("", .names(["a", "b"])),
      series: [.init("", .points, points, uncertainty: .horizontal, colour: 0)])
    let arrows = Figure("bars", title: "", columns: 1, panels: [panel]).drawing.marks.compactMap {
      mark -> [Point]? in
      guard case .area(let points, _, _) = mark, points.count == 3 else { return nil }
      return points
    }
    // One, at the left, whose tip is its leftmost point.
    #expect(arrows.count == 1 && arrows[0][0].x < arrows[0][1].x)
  }

  @Test(
    "an axis shows nothing that cannot be",
    arguments: [
      ([2.0, 29], nil as ClosedRange<Double>?, 0.0...31), ([0.1, 40], nil, 0...42),
      ([-1, -0.9], nil, -1.1...0),
      ([71, 99.5], 0...100, 60...100), ([0.5, 1], 0...100, 0...2),
    ])
  func possible(values: [Double], possible: ClosedRange<Double>?, limits: ClosedRange<Double>) {
    let range = Scale(.init("", within: possible), showing: values).range
    #expect(limits.lowerBound <= range.lowerBound && range.upperBound <= limits.upperBound)
    #expect(range.lowerBound <= values[0] && values[1] <= range.upperBound)
  }
}
