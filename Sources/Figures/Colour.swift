/// A colour in sRGB, each part 0...255.
struct Colour: Sendable, Equatable {
  /// The parts, each 0...255.
  let red, green, blue: UInt8

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  /// Titles, labels and rules.
  static let text = Colour(38, 38, 38)
  /// The rectangle around the axes, and ticks.
  static let frame = Colour(96, 96, 96)
  /// The lines behind the series.
  static let grid = Colour(226, 226, 226)

  /// Colours of series, distinguishable with any kind of colour vision; after the last one they repeat.
  ///
  /// Source: Okabe, Ito (2008), without the yellow, which is too light for a line on white, and with grey added.
  static let palette = [
    Colour(0, 114, 178), Colour(213, 94, 0), Colour(0, 158, 115), Colour(204, 121, 167), Colour(86, 180, 233),
    Colour(230, 159, 0), Colour(90, 90, 90),
  ]

  /// "#rrggbb".
  var hexadecimal: String {
    "#"
      + [red, green, blue].map { part in
        let digits = String(part, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }
}
