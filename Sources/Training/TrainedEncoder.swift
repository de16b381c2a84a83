package import SiamAugmentations
public import SiamDatasets
import SiamFeatures
public import SiamFiles
public import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// What a training leaves, ready to turn images into features: a network, or patch features.
public struct TrainedEncoder: Sendable {
  /// The kinds of encoders.
  package enum Body: Sendable {
    case network(NetworkEncoder)
    case patches(PatchEncoder)
    /// Several encoders, see `joining(_:)`.
    indirect case joined([TrainedEncoder])
  }

  /// The configuration of its training.
  public let configuration: TrainingConfiguration
  package let body: Body

  /// A network.
  package init(_ network: NetworkEncoder) {
    (configuration, body) = (network.configuration, .network(network))
  }

  /// Patch features, as a configuration describes them.
  package init(_ patches: PatchEncoder, of configuration: TrainingConfiguration) {
    (self.configuration, body) = (configuration, .patches(patches))
  }

  init(_ configuration: TrainingConfiguration, _ body: Body) {
    (self.configuration, self.body) = (configuration, body)
  }

  /// The network in the current state of a training.
  package init(_ trainer: Trainer) { self.init(NetworkEncoder(trainer)) }

  /// Reads `encoder.safetensors`, or the encoder out of `checkpoint.safetensors`.
  ///
  /// - Throws: `CheckpointError` for a file that is damaged or does not match its configuration.
  public init(contentsOf path: String) throws(CheckpointError) {
    try self.init(try safetensors(path), path: path)
  }

  /// Takes an encoder out of a file; `path` only names it in errors.
  init(_ file: Safetensors, path: String) throws(CheckpointError) {
    if file.metadata["format"] == Self.joinedFormat {
      // Files of earlier versions have parts alone.
      let json = file.metadata["configuration"]
      let configuration = try json.map { json throws(CheckpointError) in
        try TrainingConfiguration(json: json, path: path)
      }
      self = try Self.joining(Self.parts(of: file, path: path), as: configuration)
      return
    }
    guard [Self.format, CheckpointSummary.format].contains(file.metadata["format"]),
      let json = file.metadata["configuration"]
    else { throw .malformed(path: path, reason: "not a Siam encoder") }
    configuration = try TrainingConfiguration(json: json, path: path)
    do throws(SafetensorsError) {
      body =
        configuration.isPatches
        ? .patches(try PatchEncoder(file, configuration, path: path))
        : .network(try NetworkEncoder(file, configuration))
    } catch {
      throw .file(error)
    }
  }

  private static let format = "siam encoder 1"

  /// Writes only the encoder, atomically.
  public func write(to path: String) throws(FileError) { try file.write(to: path) }

  /// The bytes that `write` writes.
  package var encoded: [UInt8] { file.encoded }

  private var file: Safetensors {
    if case .joined(let parts) = body { return Self.file(joining: parts, as: configuration) }
    var file = Safetensors(metadata: ["format": Self.format, "configuration": configuration.json])
    switch body {
    case .network(let network): network.add(to: &file)
    case .patches(let patches): patches.add(to: &file)
    case .joined: break
    }
    return file
  }

  /// The best read-out: components, or for a network of an earlier version, or one whose training goes on, the average.
  public var preferred: ReadOut {
    switch body {
    case .network(let network): network.components == nil ? .average : .components
    case .patches: .components
    case .joined: .joined
    }
  }

  /// The length of a feature by the preferred read-out.
  public var dimension: Int {
    switch body {
    case .network(let network): network.components?.variances.count ?? network.dimension
    case .patches(let patches): patches.dimension
    case .joined(let parts): parts.reduce(0) { $0 + $1.dimension }
    }
  }

  /// How images are normalised before they are compared by their pixels, and for a network.
  package var normalization: Normalization {
    switch body {
    case .network(let network): network.normalization
    case .patches, .joined: configuration.recipe.normalization
    }
  }

  /// The read-outs that this encoder has, of those asked for, the preferred one first. Patch features have only their components. Where several are
  /// asked for a network has its components too, and what is joined has its parts.
  package func readOuts(_ asked: [ReadOut]) -> [ReadOut] {
    switch body {
    case .network(let network):
      asked.count > 1 && network.components != nil && !asked.contains(.components)
        ? [.components] + asked : asked
    case .patches: [.components]
    case .joined(let parts):
      asked.count > 1
        ? [.joined] + parts.indices.map { .part($0, parts[$0].configuration.origin) } : [.joined]
    }
  }

  /// The encoder before any training, its running statistics measured on up to `images` of the store's images: the
  /// deep-image-prior baseline. For patch features, which are no network, it is that of the default network.
  public func untrained(calibratedOn store: ImageStore, images: Int = 2048) throws -> TrainedEncoder {
    switch body {
    case .network(let network):
      return TrainedEncoder(try network.untrained(calibratedOn: store, images: images))
    case .joined(let parts):
      // The network's, if there is one.
      let network = parts.first { !$0.configuration.isPatches } ?? parts[0]
      return try network.untrained(calibratedOn: store, images: images)
    case .patches:
      return try Self.untrainedNetwork(for: configuration, calibratedOn: store, images: images)
    }
  }

  /// The untrained default network beside patch features of that configuration.
  static func untrainedNetwork(
    for configuration: TrainingConfiguration, calibratedOn store: ImageStore, images: Int = 2048
  ) throws -> TrainedEncoder {
    var network = TrainingConfiguration()
    (network.encoder.size, network.seed) = (configuration.encoder.size, configuration.seed)
    network.recipe = configuration.recipe
    let random = NetworkEncoder(untrained: network, normalization: configuration.recipe.normalization)
    var untrained = try random.untrained(calibratedOn: store, images: images)
    untrained.components = try untrained.fittedComponents(to: store)
    return TrainedEncoder(untrained)
  }

  /// The features of some of a store's images, row by row, for each of `readOuts(_:)` of those asked for.
  ///
  /// An image's features do not depend on the others.
  /// - Parameter progress: called with the images done so far; may throw to stop.
  package func features(
    of images: ImageSubset, readOuts: [ReadOut], progress: (Int) throws -> Void = { _ in }
  ) throws -> [[Float]] {
    switch body {
    case .network(let network): try network.features(of: images, readOuts: readOuts, progress: progress)
    case .patches(let patches): [try patches.features(of: images, progress: progress)]
    case .joined(let parts):
      try Self.joinedFeatures(of: images, by: parts, readOuts: readOuts, progress: progress)
    }
  }
}
