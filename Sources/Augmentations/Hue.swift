import Images

extension Image {
  /// Turns the colours on their circle by a share of it, through 8-bit hue, saturation and value.
  mutating func turnHue(by turn: Double) {
    precondition((-0.5...0.5).contains(turn), "a hue turned by \(turn)")
    let turn = UInt8(truncatingIfNeeded: Int(turn * 255))
    let circle = ColorCircle()
    var samples = pixels.mutableSpan
    for i in 0..<samples.count / 3 {
      let (red, green, blue) = (samples[3 * i], samples[3 * i + 1], samples[3 * i + 2])
      let (hue, saturation, value) = circle.coordinates(red, green, blue)
      let color = circle.color(hue &+ turn, saturation, value)
      (samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]) = color
    }
  }
}

/// Colours by hue, saturation and value in 8 bits, in the mixed float and double arithmetic of Pillow's
/// `convert('HSV')` and back, so that every rounding falls the same way.
///
/// Source: Pillow, `src/libImaging/Convert.c`, after Python's `colorsys`.
struct ColorCircle {
  /// For each hue: the sixth of the circle, 0...6, and the place in it, 0..<1.
  private let sixths: InlineArray<256, UInt8>
  private let places: InlineArray<256, Float>

  init() {
    sixths = InlineArray { UInt8(Double($0) * 6 / 255) }
    places = InlineArray { Float(Double($0) * 6 / 255 - Double(UInt8(Double($0) * 6 / 255))) }
  }

  @inline(__always)
  func coordinates(
    _ red: UInt8, _ green: UInt8, _ blue: UInt8
  ) -> (hue: UInt8, saturation: UInt8, value: UInt8) {
    let (high, low) = (max(red, green, blue), min(red, green, blue))
    if high == low { return (0, 0, high) }
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
    let turned = Double(sixth) / 6 + 1
    let hue = Float(turned >= 1 ? turned - 1 : turned)
    let saturation = spread / Float(high)
    return (
      UInt8(truncatingIfNeeded: Int32(Double(hue) * 255)),
      UInt8(truncatingIfNeeded: Int32(Double(saturation) * 255)), high
    )
  }

  @inline(__always)
  func color(_ hue: UInt8, _ saturation: UInt8, _ value: UInt8) -> (UInt8, UInt8, UInt8) {
    if saturation == 0 { return (value, value, value) }
    let place = places[Int(hue)]
    let share = Float(Double(saturation) / 255)
    let v = Double(value)
    let p = rounded(v * (1 - Double(share)))
    let q = rounded(v * (1 - Double(share * place)))
    let t = rounded(v * (1 - Double(share) * (1 - Double(place))))
    switch sixths[Int(hue)] {
    case 1: return (q, value, p)
    case 2: return (p, value, t)
    case 3: return (p, q, value)
    case 4: return (t, p, value)
    case 5: return (value, p, q)
    default: return (value, t, p)
    }
  }

  @inline(__always)
  private func rounded(_ value: Double) -> UInt8 { UInt8(truncatingIfNeeded: Int32(value + 0.5)) }
}
