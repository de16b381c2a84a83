import CSiamKernels
package import SiamImages

/// One change of an image's colours, with its amount.
package enum ColorChange: Sendable, Equatable {
  /// A factor from 0 up: 0 gives black, 1 changes nothing.
  case brightness(Double)
  /// A factor from 0 up: 0 gives the mean grey everywhere, 1 changes nothing.
  case contrast(Double)
  /// A factor from 0 up: 0 gives a grey image, 1 changes nothing.
  case saturation(Double)
  /// A turn of the colour circle, -0.5...0.5 of a full one. Even 0 converts to 8-bit hue and saturation and back.
  case hue(Double)
}

extension Image {
  /// Changes the colours in Pillow's 8-bit arithmetic.
  ///
  /// Source: Pillow, `ImageEnhance` and `Image.blend`; torchvision, `adjust_hue`.
  /// - Precondition: a factor is not negative, a hue is in -0.5...0.5.
  package mutating func adjust(_ change: ColorChange) {
    switch change {
    case .brightness(let factor): blend(from: 0, by: factor)
    case .contrast(let factor): blend(from: meanLuma, by: factor)
    case .saturation(let factor): saturate(by: factor)
    case .hue(let turn): turnHue(by: turn)
    }
  }

  /// The mean luma of the pixels, rounded.
  var meanLuma: UInt8 {
    unsafe pixels.withUnsafeBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return 0 }
      let count = UInt64(pixels.count / 3)
      let sum = unsafe ck_kernels().pointee.luma_sum(base, pixels.count / 3)
      return UInt8((2 * sum + count) / (2 * count))
    }
  }

  /// Scales the distance of every sample from `origin`.
  private mutating func blend(from origin: UInt8, by factor: Double) {
    precondition(factor >= 0, "a factor of \(factor)")
    if factor == 1 { return }
    unsafe changePixels { pixels, count in
      unsafe ck_kernels().pointee.blend(pixels, 3 * count, Float(origin), Float(factor))
    }
  }

  /// Scales the distance of every sample from its pixel's luma.
  private mutating func saturate(by factor: Double) {
    precondition(factor >= 0, "a factor of \(factor)")
    if factor == 1 { return }
    unsafe changePixels { pixels, count in unsafe ck_kernels().pointee.saturate(pixels, count, Float(factor))
    }
  }
}
