package import SiamImages

/// Removal of colour with a probability: all three channels become the luma.
package struct Grayscale: FixedChange {
  package static let form = AugmentationForm("grey", "removes the colour", [.init("p", 0...1)])

  package let probability: Double

  package init(probability: Double = 0.2) { self.probability = Self.checked(probability) }

  package static func change(_ image: inout Image) { image.turnGrey() }
}
