/// Text as lines of a pen, for pictures made without any font of the system.
///
/// The project's default build has no library that draws text, and a label needs few characters: the strokes are in
/// `StrokeGlyphs`, a stroke is a line like any other, and so the picture of a figure depends on nothing installed.
enum StrokeText {
  /// Units of the glyphs to a size of 1: capitals are 21 units high, and 0.72 of the size as in common fonts.
  private static let unit = 0.72 / 21
  /// The glyphs are wider than a common font's: this much narrower they fit where the other would.
  private static let narrowing = 0.84

  /// The width of a text; every renderer's layout goes by it.
  static func width(_ text: String, size: Double) -> Double {
    text.reduce(0) { $0 + glyph($1).advance } * unit * narrowing * size
  }

  /// The strokes of a text whose base line begins at (0, 0).
  static func strokes(_ text: String, size: Double) -> [[Point]] {
    var result: [[Point]] = []
    var left = 0.0
    for character in text {
      let glyph = glyph(character)
      for stroke in glyph.strokes {
        result.append(
          stroke.map { Point((left + $0.x) * unit * narrowing * size, ($0.y - 9) * unit * size) })
      }
      left += glyph.advance
    }
    return result
  }

  /// A character's strokes from its left edge; a hollow box for one that has none.
  private static func glyph(_ character: Character) -> (advance: Double, strokes: [[Point]]) {
    var code = "H\\KFYFY[K[KF"
    if let value = character.asciiValue, (32...126).contains(value) {
      code = StrokeGlyphs.ascii[Int(value) - 32]
    } else if let other = StrokeGlyphs.others[character] {
      code = other
    }
    let numbers = code.utf8.map { Double($0) - 82 }
    let left = numbers[0]
    var strokes: [[Point]] = [[]]
    for start in stride(from: 2, to: numbers.count - 1, by: 2) {
      if numbers[start] == -50 {  // a space: the pen is lifted
        strokes.append([])
      } else {
        strokes[strokes.count - 1].append(Point(numbers[start] - left, numbers[start + 1]))
      }
    }
    return (numbers[1] - left, strokes.filter { !$0.isEmpty })
  }
}
