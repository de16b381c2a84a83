/// What decides a patch encoder; with the images it determines every bit.
package struct PatchConfiguration: Sendable, Equatable {
  /// The side of an image, and of a patch, in pixels.
  package var size = 32
  /// Sizes at which an image is seen: `size`, a half of it, and so on.
  package var scales = 1
  package var patch = 6
  /// Dimensions kept of a whitened patch; a multiple of 16.
  package var rank = 48
  /// Patches in the dictionary, a multiple of 16; fewer where there are few images.
  package var atoms = 2048
  /// The share of atoms that are active in a patch.
  package var density = 0.025
  /// The dimension of a patch's embedding, a multiple of 16.
  package var dimension = 128
  /// Cells along each side over which embeddings are averaged.
  package var cells = 4
  /// Numbers of a feature vector, and how far its components are whitened: 0 not at all, 1 to equal variance.
  package var components = 512
  package var exponent = 0.5
  /// Images that the statistics are taken from, at most.
  package var images = 12_000
  package var seed: UInt64 = 0

  package init() {}

  /// The side of an image for each stage, in pixels.
  package var sizes: [Int] { (0..<scales).map { size >> $0 } }
  /// The part that sees images of one of the sizes.
  package func stage(_ index: Int) -> PatchConfiguration {
    var result = self
    (result.size, result.scales) = (sizes[index], 1)
    return result
  }

  /// The numbers of a stage: its cells' embeddings; fewer where there are fewer atoms than `dimension`.
  package var stageDimension: Int { cells * cells * dimension }
  /// Patches along each side of an image, and floats of a patch.
  package var grid: Int { size - patch + 1 }
  package var patchLength: Int { patch * patch * 3 }
}
