/// What decides a patch encoder; with the images it determines every bit.
package struct PatchConfiguration: Sendable, Equatable, Codable {
  /// The side of an image, and of a patch, in pixels.
  package var size = 32
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

  /// Patches along each side of an image, and floats of a patch.
  package var grid: Int { size - patch + 1 }
  package var patchLength: Int { patch * patch * 3 }
}
