import SiamAugmentations
package import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// How images are prepared for an imported network; nil is as its library does it.
package struct Preparation: Sendable {
  /// The side of the square that the network sees, and the length that an image's shorter side gets before, in pixels.
  package var size, shorterSide: Int?
  package var interpolation: Interpolation?
  /// For red, green and blue.
  package var mean, deviation: [Double]?

  /// As the library does it.
  package init() {}
}

extension TrainedEncoder {
  /// Makes an encoder of the weights of another library's network, in a safetensors file.
  ///
  /// - Parameters:
  ///   - network: nil for the one that its names tell.
  ///   - preparation: what differs from the library's.
  /// - Throws: `ImportError` with the first name or shape that does not fit.
  package init(
    importing path: String, as network: ForeignNetwork? = nil,
    prepared preparation: Preparation = Preparation()
  ) throws(ImportError) {
    let file: Safetensors
    do throws(SafetensorsError) { file = try Safetensors(contentsOf: path) } catch { throw .file(error) }
    if file.metadata["format"]?.hasPrefix("siam ") == true { throw .ownEncoder(path: path) }
    guard let network = network ?? ForeignNetwork.found(in: file) else {
      throw .unknownNetwork(
        path: path, first: file.tensors.first?.name ?? "",
        known: ForeignNetwork.all.map { "\($0.name) (\($0.libraries))" })
    }
    self.init(try network.encoder(of: file, path: path, preparation))
  }
}

extension ForeignNetwork {
  /// The network that a file says it holds, or else the first whose mark it has.
  static func found(in file: Safetensors) -> ForeignNetwork? {
    let named = file.metadata["architecture"].flatMap { name in all.first { $0.name == name } }
    return named ?? all.first { file.entry($0.mark) != nil }
  }

  fileprivate func encoder(
    of file: Safetensors, path: String, _ preparation: Preparation
  ) throws(ImportError) -> NetworkEncoder {
    var configuration = TrainingConfiguration()
    configuration.encoder = encoder
    configuration.encoder.size = preparation.size ?? Self.side
    configuration.recipe = .imagenet
    configuration.recipe.normalization = Normalization(
      mean: preparation.mean ?? normalization.mean,
      deviation: preparation.deviation ?? normalization.deviation)
    configuration.framing = Framing(
      shorterSide: preparation.shorterSide ?? configuration.encoder.size * 8 / 7,
      interpolation: preparation.interpolation ?? interpolation)
    configuration.imported = name
    var layout = ParameterLayout()
    _ = configuration.encoder.encoder(in: &layout)
    // Shapes first, so that nothing is made of a file that does not fit.
    let arrays = ForeignArrays(file, path: path, network: self)
    try arrays.check(layout)
    var result = NetworkEncoder(
      untrained: configuration, normalization: configuration.recipe.normalization)
    try arrays.write(to: &result.parameters)
    return result
  }
}
