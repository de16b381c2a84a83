/// The width that a line of text may need, in the units of its size.
///
/// An SVG leaves the font to whatever shows it: the widths are those of Helvetica and Arial, and a tenth is added for
/// the wider fonts that stand in for them.
func textWidth(_ text: String, size: Double) -> Double {
  1.1 * size * text.reduce(0) { $0 + advance($1) } / 1000
}

/// The advance of a character in thousandths of the font's size; of those outside ASCII a generous average.
private func advance(_ character: Character) -> Double {
  guard let value = character.asciiValue, (32...126).contains(value) else { return 620 }
  return Double(helvetica[Int(value) - 32])
}

/// The advances of the printable characters of ASCII, from the space on.
///
/// Source: Adobe's font metrics of Helvetica (Helvetica.afm).
private let helvetica = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556,
  556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500,
  667,
  556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333,
  556,
  556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500,
  722,
  500, 500, 500, 334, 260, 334, 584,
]
