import SiamNeuralNetworks

/// Patch features: the sparse manifold transform of patches, in closed form, without a network or gradient descent.
///
/// Source: Chen, Yun, Ma, Olshausen, LeCun 2022, "Minimalistic Unsupervised Learning with the Sparse Manifold
/// Transform", arXiv 2209.15261.
package enum Patches: LearningMethod {
  package static let name = "patches"
  package static let title = "Patch features (sparse manifold transform)"
  package static let summary =
    "patch features in closed form, within minutes; no network, no gradient descent"
  package static let options = [
    square, scales, patch, rank, atoms, density, embedding, cells, components, whitening, images,
  ]

  private static let standard = PatchConfiguration()
  package static let square = MethodOption(
    "square", .integer(default: 0, in: 0...1024),
    help: "the side of the squares that patches are taken from, in pixels; 0 for --size")
  package static let scales = MethodOption(
    "scales", .integer(default: standard.scales, in: 1...4),
    help: "sizes at which a picture is seen: all of the square, a half of it, and so on")
  static let patch = MethodOption(
    "patch", .integer(default: standard.patch, in: 3...16), help: "the side of a patch in pixels")
  static let rank = MethodOption(
    "rank", .integer(default: standard.rank, in: 16...256),
    help: "dimensions kept of a whitened patch, a multiple of 16")
  package static let atoms = MethodOption(
    "atoms", .integer(default: standard.atoms, in: 16...32768),
    help: "patches in the dictionary, a multiple of 16; fewer where there are few pictures")
  static let density = MethodOption(
    "density", .number(default: standard.density, in: 0.001...0.5),
    help: "the share of atoms that are active in a patch")
  static let embedding = MethodOption(
    "embedding", .integer(default: standard.dimension, in: 16...1024),
    help: "the dimension of a patch's embedding, a multiple of 16")
  static let cells = MethodOption(
    "cells", .integer(default: standard.cells, in: 1...16),
    help: "cells along each side over which embeddings are averaged")
  package static let components = MethodOption(
    "components", .integer(default: standard.components, in: 2...4096),
    help: "the length of a feature vector: so many principal components of the cells")
  static let whitening = MethodOption(
    "whitening", .number(default: standard.exponent, in: 0...1),
    help: "how far the components are whitened: 0 not at all, 1 to equal variance")
  static let images = MethodOption(
    "fit-on", .integer(default: standard.images, in: 2...10_000_000),
    help: "the most pictures that statistics are taken from")

  package static func refusal(of configuration: TrainingConfiguration) -> String? {
    let patches = PatchConfiguration(configuration)
    for (option, value) in [(rank, patches.rank), (atoms, patches.atoms), (embedding, patches.dimension)]
    where value % 16 != 0 {
      return "--\(option.name) \(value) is not a multiple of 16"
    }
    for side in patches.sizes where side - patches.patch + 1 < patches.cells {
      return "patches of \(patches.patch) pixels do not fill \(patches.cells) cells along \(side) pixels: "
        + "a larger --size or --square, fewer --scales or --cells"
    }
    if patches.rank > patches.patchLength - 3 {
      return "--rank \(patches.rank) is more than patches of \(patches.patch) pixels have"
    }
    return nil
  }
}

extension PatchConfiguration {
  /// The part of a training's configuration that concerns patch features.
  package init(_ configuration: TrainingConfiguration) {
    let values = configuration.options
    func integer(_ option: MethodOption) -> Int { Int(values.number(option)) }
    let square = integer(Patches.square)
    (size, seed) = (square > 0 ? square : configuration.encoder.size, configuration.seed)
    (scales, patch) = (integer(Patches.scales), integer(Patches.patch))
    (rank, atoms) = (integer(Patches.rank), integer(Patches.atoms))
    (dimension, cells) = (integer(Patches.embedding), integer(Patches.cells))
    (components, images) = (integer(Patches.components), integer(Patches.images))
    (density, exponent) = (values.number(Patches.density), values.number(Patches.whitening))
  }
}
