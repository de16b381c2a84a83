import CSiamKernels
package import SiamImages

/// Removal of colour with a probability: all three channels become the luma.
package struct Grayscale: FixedChange {
  package static let form = AugmentationForm("grey", "removes the colour", [.init("p", 0...1)])

  package let probability: Double

  package init(probability: Double = 0.2) { self.probability = Self.checked(probability) }

  package static func change(_ image: inout Image) { image.turnGrey() }
}

extension Image {
  /// Sets all three channels to the luma: ITU-R 601-2 in 16-bit fixed point, as Pillow's `convert('L')`.
  package mutating func turnGrey() {
    unsafe changePixels { pixels, count in unsafe ck_kernels().pointee.convert_to_grey(pixels, count) }
  }
}
