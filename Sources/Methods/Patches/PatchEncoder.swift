package import SiamFeatures
package import SiamTensors

/// An encoder in closed form: sparse manifold transforms of patches at one or several sizes of an image, averaged over
/// cells, by principal components.
///
/// Shapes: images (N, side, side, 3) at each of `configuration.sizes`, values from 0 to 1, to (N, components).
/// Source: Chen, Yun, Ma, Olshausen, LeCun 2022, "Minimalistic Unsupervised Learning with the Sparse Manifold
/// Transform".
package struct PatchEncoder: Sendable {
  package let configuration: PatchConfiguration
  /// One for each size.
  package let stages: [PatchStage]
  /// Nil while they are being found.
  package let components: PrincipalComponents?

  package init(
    _ configuration: PatchConfiguration, stages: [PatchStage], components: PrincipalComponents?
  ) {
    precondition(stages.count == configuration.sizes.count, "\(stages.count) stages")
    (self.configuration, self.stages, self.components) = (configuration, stages, components)
  }

  /// The length of a feature vector.
  package var dimension: Int { components?.variances.count ?? cellsLength }
  /// The length of the cells of all stages.
  private var cellsLength: Int {
    stages.reduce(0) { $0 + configuration.cells * configuration.cells * $1.embedding.dimension }
  }

  /// The features of a batch of images.
  ///
  /// - Parameter images: at each size.
  package func features(of images: [Tensor]) -> Tensor {
    let cells = cellFeatures(of: images)
    return components?.applied(to: cells, exponent: configuration.exponent) ?? cells
  }

  /// The cells of all stages: (N, stages · cells · cells · dimension).
  func cellFeatures(of images: [Tensor]) -> Tensor {
    let parts = zip(stages, images).map { stage, images in stage.cells(of: images) }
    guard parts.count > 1 else { return parts[0] }
    let rows = parts[0].rows
    let values = parts.map { ($0.values, $0.channels) }
    var joined: [Float] = []
    joined.reserveCapacity(rows * cellsLength)
    for row in 0..<rows {
      for (part, each) in values { joined += part[row * each..<(row + 1) * each] }
    }
    return Tensor([rows, cellsLength], joined)
  }
}
