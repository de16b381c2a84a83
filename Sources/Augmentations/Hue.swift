import CSiamKernels
import SiamImages

extension Image {
  /// Turns the colour circle by a fraction of a full turn, in 8-bit hue, saturation and value.
  ///
  /// The kernel uses integers only and agrees with Pillow's mix of float and double for every colour. Pillow's rounding
  /// matters only where the exact hue is an integer, and then depends on that integer alone; `huesRoundedDown` lists the
  /// hues that it rounds down.
  ///
  /// Source: Pillow, `src/libImaging/Convert.c`, after Python's `colorsys`.
  mutating func turnHue(by turn: Double) {
    precondition((-0.5...0.5).contains(turn), "a hue turned by \(turn)")
    let turn = Int32(turn * 255)
    unsafe changePixels { pixels, count in
      unsafe ck_kernels().pointee.shift_hue(pixels, count, turn, huesRoundedDown)
    }
  }
}

/// Bit h is set when Pillow's rounding turns a hue of exactly h into h - 1; eight words of 32 bits.
let huesRoundedDown: [UInt32] = (0..<8).map { word in
  (0..<32).reduce(0) { bits, bit in
    let hue = 32 * word + bit
    guard hue > 0, hue < 255, roundedHue(colorOfHue(hue)) < hue else { return bits }
    return bits | 1 << UInt32(bit)
  }
}

/// A colour whose hue is exactly the given integer: a third of the circle is 85, with red, green or blue in its middle.
private func colorOfHue(_ hue: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
  let third = (hue + 42) / 85 % 3
  let offset = (hue + 42) % 85 - 42  // ±42.5 at the ends of the third
  let (more, less) = (UInt8(max(0, 2 * offset)), UInt8(max(0, -2 * offset)))
  return third == 0 ? (85, more, less) : third == 1 ? (less, 85, more) : (more, less, 85)
}

/// Pillow's hue of a colour that is not grey, with each step in Pillow's precision.
private func roundedHue(_ color: (red: UInt8, green: UInt8, blue: UInt8)) -> UInt8 {
  let (red, green, blue) = color
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
