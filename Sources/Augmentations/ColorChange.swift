public import Images

/// One change of a picture's colours, with its amount.
public enum ColorChange: Sendable, Equatable {
  /// 0 is black, 1 changes nothing.
  case brightness(Double)
  /// 0 is the mean grey everywhere, 1 changes nothing.
  case contrast(Double)
  /// 0 is grey, 1 changes nothing.
  case saturation(Double)
  /// A share of the colour circle, -0.5...0.5. Even 0 goes to 8-bit hue and saturation and back.
  case hue(Double)
}

extension Image {
  /// Makes one change of the colours, in Pillow's 8-bit arithmetic.
  ///
  /// Source: Pillow, `ImageEnhance` and `Image.blend`; torchvision, `adjust_hue`.
  /// - Precondition: a factor is not negative, a hue is in -0.5...0.5.
  public mutating func adjust(_ change: ColorChange) {
    switch change {
    case .brightness(let factor): blend(from: 0, by: factor)
    case .contrast(let factor): blend(from: meanLuma, by: factor)
    case .saturation(let factor): saturate(by: factor)
    case .hue(let turn): turnHue(by: turn)
    }
  }

  /// The mean of the pixels' luma, rounded.
  var meanLuma: UInt8 {
    let samples = pixels.span
    let count = samples.count / 3
    var sum = 0
    for i in 0..<count {
      sum &+= Int(luma(samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]))
    }
    return UInt8((2 * sum + count) / (2 * count))
  }

  /// Every sample moved away from `origin` by a factor.
  private mutating func blend(from origin: UInt8, by factor: Double) {
    precondition(factor >= 0, "a factor of \(factor)")
    if factor == 1 { return }
    let levels = (0...255).map { blended(origin, UInt8($0), Float(factor)) }
    let table = levels.span
    var samples = pixels.mutableSpan
    for i in 0..<samples.count { samples[i] = table[Int(samples[i])] }
  }

  /// Every sample moved away from its pixel's luma by a factor.
  private mutating func saturate(by factor: Double) {
    precondition(factor >= 0, "a factor of \(factor)")
    if factor == 1 { return }
    let factor = Float(factor)
    var samples = pixels.mutableSpan
    for i in 0..<samples.count / 3 {
      let (red, green, blue) = (samples[3 * i], samples[3 * i + 1], samples[3 * i + 2])
      let grey = luma(red, green, blue)
      samples[3 * i] = blended(grey, red, factor)
      samples[3 * i + 1] = blended(grey, green, factor)
      samples[3 * i + 2] = blended(grey, blue, factor)
    }
  }
}

/// From one sample towards another, or past it, cut off to a sample: `Image.blend` of Pillow.
@inline(__always)
private func blended(_ from: UInt8, _ to: UInt8, _ factor: Float) -> UInt8 {
  let value = Float(from) + factor * Float(Int32(to) - Int32(from))
  return UInt8(truncatingIfNeeded: Int32(max(0, min(255, value))))
}
