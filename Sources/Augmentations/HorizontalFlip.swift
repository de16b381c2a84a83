import CSiamKernels
package import SiamImages

/// A left-right flip with a probability.
package struct HorizontalFlip: FixedChange {
  package static let form = AugmentationForm("flip", "swaps left and right", [.init("p", 0...1)])

  package let probability: Double

  package init(probability: Double = 0.5) { self.probability = Self.checked(probability) }

  package static func change(_ image: inout Image) { image.flipHorizontally() }
}

extension Image {
  /// Swaps left and right.
  package mutating func flipHorizontally() {
    let (width, height) = (width, height)
    unsafe changePixels { pixels, _ in unsafe ck_kernels().pointee.flip(pixels, height, width) }
  }
}
