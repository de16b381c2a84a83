import SiamFeatures
package import SiamTensors

/// Histograms of oriented gradients (HOG).
///
/// The size of images and cells was chosen on held-out training images, as for `PixelComponents`.
package struct GradientFeatures: Baseline {
  package let name = "HOG"
  private let histograms = GradientHistograms(side: 32, cell: 4)

  package init() {}

  package var size: Int { histograms.side }

  package func vectors(of images: Tensor) -> Tensor { histograms(images) }
}
