import Images

extension Image {
  /// Turns the colours on their circle by a share of it, through 8-bit hue, saturation and value.
  mutating func turnHue(by turn: Double) {
    precondition((-0.5...0.5).contains(turn), "a hue turned by \(turn)")
    let circle = ColorCircle(turnedBy: UInt8(truncatingIfNeeded: Int(turn * 255)))
    let (reciprocals, places) = (circle.reciprocals.span, circle.places.span)
    var samples = pixels.mutableSpan
    for i in 0..<samples.count / 3 {
      let (red, green, blue) = (samples[3 * i], samples[3 * i + 1], samples[3 * i + 2])
      let color = turned(red, green, blue, reciprocals, places)
      samples[3 * i] = UInt8(truncatingIfNeeded: color)
      samples[3 * i + 1] = UInt8(truncatingIfNeeded: color &>> 8)
      samples[3 * i + 2] = UInt8(truncatingIfNeeded: color &>> 16)
    }
  }
}

/// What a turn of the hue needs to know of each hue and each divisor.
private struct ColorCircle {
  /// For each divisor: 2²⁶ divided by it, rounded up; 0 for 0.
  let reciprocals: [UInt64]
  let places: [Place]

  /// Where a hue lies: how far its middle sample is below the highest, in 255ths of what the lowest is, and how many
  /// bits the highest, the middle and the lowest sample move up in a colour of 8 bits each, red lowest.
  struct Place {
    let depth: UInt32
    let highest, middle, lowest: UInt8

    init(of hue: Int) {
      let (sixth, rest) = (6 * hue).quotientAndRemainder(dividingBy: 255)
      depth = UInt32(sixth % 2 == 1 ? rest : 255 - rest)
      (highest, middle, lowest) =
        switch sixth {
        case 1: (8, 0, 16)
        case 2: (8, 16, 0)
        case 3: (16, 8, 0)
        case 4: (16, 0, 8)
        case 5: (0, 16, 8)
        default: (0, 8, 16)
        }
    }
  }

  init(turnedBy turn: UInt8) {
    reciprocals = (0...255).map { $0 == 0 ? 0 : ((1 << 26) + $0 - 1) / $0 }
    places = (0...255).map { Place(of: Int(UInt8($0) &+ turn)) }
  }
}

/// One colour with its hue replaced, red in the lowest byte.
///
/// Whole numbers throughout, which agree with Pillow's mix of float and double for every colour; only where a hue falls
/// on a whole number does Pillow's rounding decide, and it is asked. Greys go through the same steps.
///
/// Source: Pillow, `src/libImaging/Convert.c`, after Python's `colorsys`.
@inline(__always)
private func turned(
  _ red: UInt8, _ green: UInt8, _ blue: UInt8, _ reciprocals: Span<UInt64>, _ places: Span<ColorCircle.Place>
) -> UInt32 {
  let (r, g, b) = (Int32(red), Int32(green), Int32(blue))
  let (high, low) = (max(r, g, b), min(r, g, b))
  let spread = high &- low
  // The angle in units of 1/spread of a sixth.
  let fromRed = g &- b &+ (g < b ? 6 &* spread : 0)
  let fromGreen = 2 &* spread &+ b &- r
  let fromBlue = 4 &* spread &+ r &- g
  let angle = UInt64(truncatingIfNeeded: r == high ? fromRed : g == high ? fromGreen : fromBlue) &* 85
  var hue = UInt8(truncatingIfNeeded: (angle &* reciprocals[Int(spread)]) &>> 27)
  if UInt64(hue) &* UInt64(truncatingIfNeeded: 2 &* spread) == angle && angle != 0 {
    hue = roundedHue(red, green, blue)
  }
  let share = UInt64(truncatingIfNeeded: 255 &* spread) &* reciprocals[Int(high)]
  let saturation = UInt32(truncatingIfNeeded: share &>> 26)

  let place = places[Int(hue)]
  let value = UInt32(truncatingIfNeeded: high)
  let lowest = (2 &* value &* (255 &- saturation) &+ 255) / 510
  let middle = (2 &* value &* (65025 &- saturation &* place.depth) &+ 65025) / 130050
  return value &<< UInt32(place.highest) | middle &<< UInt32(place.middle) | lowest &<< UInt32(place.lowest)
}

/// Pillow's hue of a colour that is not grey, each step in the precision in which Pillow takes it.
@inline(never)
private func roundedHue(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
  let (high, low) = (max(red, green, blue), min(red, green, blue))
  let spread = Float(high - low)
  let r = Float(high - red) / spread
  let g = Float(high - green) / spread
  let b = Float(high - blue) / spread
  let sixth: Float
  if red == high {
    sixth = b - g
  } else if green == high {
    sixth = Float(2 + Double(r) - Double(b))
  } else {
    sixth = Float(4 + Double(g) - Double(r))
  }
  let turn = Double(sixth) / 6 + 1
  return UInt8(Double(Float(turn >= 1 ? turn - 1 : turn)) * 255)
}
