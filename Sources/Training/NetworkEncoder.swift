package import SiamAugmentations
package import SiamDatasets
package import SiamFeatures
import SiamImages
package import SiamMethods
package import SiamNeuralNetworks
import SiamTensors

/// A network with its weights, ready to turn images into features.
package struct NetworkEncoder: Sendable {
  /// The configuration of its training.
  package let configuration: TrainingConfiguration
  /// The normalisation of the network's input.
  package let normalization: Normalization
  /// The network.
  package let encoder: Encoder
  /// The network's weights and running statistics.
  package var parameters: Parameters
  /// The principal components of its map; nil before the training's end.
  package var components: PrincipalComponents?
  /// How many images its training has seen, counted anew in every epoch; nil where a file does not say.
  package private(set) var imagesSeen: Int?

  /// The number of channels of the last map, which is the length of an average feature.
  package var dimension: Int { encoder.dimension }

  /// Creates the encoder from the current state of a training.
  package init(_ trainer: Trainer) {
    self.init(
      trainer.configuration, normalization: trainer.loader.recipe.normalization, of: trainer.parameters)
    components = trainer.components
    imagesSeen = (trainer.beginning?.imagesSeen ?? 0) + trainer.step * trainer.loader.batch
  }

  /// Creates the encoder of a larger network, where its values come first.
  package init(
    _ configuration: TrainingConfiguration, normalization: Normalization, of network: Parameters
  ) {
    self.init(untrained: configuration, normalization: normalization)
    take(network)
  }

  /// Creates the untrained encoder from the configuration's seed, its running statistics not yet measured.
  package init(untrained configuration: TrainingConfiguration, normalization: Normalization) {
    var layout = ParameterLayout()
    (self.configuration, self.normalization) = (configuration, normalization)
    encoder = configuration.encoder.encoder(in: &layout)
    parameters = Parameters(layout, initializer: configuration.initializer, seed: configuration.seed)
  }

  /// Takes the network out of `encoder.safetensors` or `checkpoint.safetensors`.
  ///
  /// - Throws: `SafetensorsError.missing` or `.mismatch` if the file holds another network.
  init(_ file: Safetensors, _ configuration: TrainingConfiguration) throws(SafetensorsError) {
    // Shapes first: a small file can describe a network too large for memory.
    var layout = ParameterLayout()
    _ = configuration.encoder.encoder(in: &layout)
    try layout.check(file)
    self.init(untrained: configuration, normalization: configuration.recipe.normalization)
    try parameters.read(file)
    // A checkpoint tells its steps.
    imagesSeen =
      file.metadata[Self.seenKey].flatMap { Int($0) }
      ?? file.metadata["step"].flatMap { Int($0) }.map { $0 * configuration.batch }
    if file.entry("components.directions") != nil {
      components = try PrincipalComponents(file, of: Self.side * Self.side * dimension)
    }
  }

  private static let seenKey = "pictures_seen"

  /// Adds everything to a file that is in it beside the configuration.
  func add(to file: inout Safetensors) {
    file.metadata[Self.seenKey] = imagesSeen.map { "\($0)" }
    parameters.add(to: &file)
    components?.add(to: &file)
  }

  /// Copies the encoder's values from a larger network, where they come first.
  private mutating func take(_ whole: Parameters) {
    precondition(
      whole.layout.entries.starts(with: parameters.layout.entries)
        && whole.layout.statistics.starts(with: parameters.layout.statistics),
      "a network without this encoder")
    parameters.values = Tensor(
      [parameters.layout.count], Array(whole.values.values.prefix(parameters.layout.count)))
    parameters.statistics = Tensor(
      [parameters.layout.statisticsCount],
      Array(whole.statistics.values.prefix(parameters.layout.statisticsCount)))
  }

  /// The same encoder before any training, its running statistics measured on up to `images` of the store's images:
  /// the deep-image-prior baseline. Without measured statistics a random network with BN would be judged unfairly.
  package func untrained(calibratedOn store: ImageStore, images: Int = 2048) throws -> NetworkEncoder {
    var fresh = NetworkEncoder(untrained: configuration, normalization: normalization)
    var generator = CounterGenerator(configuration.seed, 0x6361_6C69)
    let indices = chosen(min(images, store.count), of: store.count, using: &generator)
    let batch = imagesAtOnce
    for (index, start) in stride(from: 0, to: indices.count, by: batch).enumerated() {
      let some = indices[start..<min(start + batch, indices.count)]
      let x = try ViewLoader.images(
        some, of: store, normalization: normalization, size: configuration.encoder.size,
        framing: configuration.framing)
      _ = fresh.encoder.map(x, &fresh.parameters, .calibration(weight: 1 / Float(index + 1)))
    }
    if components != nil { fresh.components = try fresh.fittedComponents(to: store) }
    return fresh
  }

  /// Small enough that the activations of large images fit in memory.
  private var imagesAtOnce: Int {
    max(8, min(256, 1 << 22 / (configuration.encoder.size * configuration.encoder.size)))
  }

  /// The features of some of a store's images, row by row, for each read-out.
  ///
  /// Each thread takes a few images through the whole network, so that a layer's output is still in its caches
  /// when the next reads it. An image's features do not depend on the others.
  /// - Parameter progress: called with the images done so far; may throw to stop.
  package func features(
    of images: ImageSubset, readOuts: [ReadOut], progress: (Int) throws -> Void = { _ in }
  ) throws -> [[Float]] {
    let (indices, store, view) = (images.indices, images.store, images.view)
    var features = [[Float]](repeating: [], count: readOuts.count)
    let underlying = readOuts.map(underlying)
    var parameters = parameters
    parameters.prepared = PreparedConvolutions()
    let (network, threads, size) = (parameters, threadCount, configuration.encoder.size)
    // Of large images enough for the last stages, whose weights are many, to be looked at rarely.
    let few = max(1, min(max(8, min(32, 1 << 15 / (size * size))), (indices.count + threads - 1) / threads))
    let many = few * max(16, 4 * threads)
    for start in stride(from: 0, to: indices.count, by: many) {
      let end = min(start + many, indices.count)
      let parts = parallelMap((end - start + few - 1) / few) { index in
        let first = start + index * few
        return Result { () throws(ImageError) in
          try readOut(indices[first..<min(first + few, end)], of: store, seen: view, as: underlying, network)
        }
      }
      for part in parts {
        for (index, values) in try part.get().enumerated() { features[index] += values }
      }
      try store.requireEnough()
      try progress(end)
    }
    return zip(features, readOuts).map(finished)
  }

  private func readOut(
    _ indices: ArraySlice<Int>, of store: ImageStore, seen view: ImageView?, as readOuts: [ReadOut],
    _ parameters: Parameters
  ) throws(ImageError) -> [[Float]] {
    // As many at a time as let two of the largest maps fit into a core's L2 cache.
    let (size, width) = (configuration.encoder.size, configuration.encoder.width)
    let each = max(1, min(indices.count, 1 << 17 / (size * size * width)))
    let parts = (indices.count + each - 1) / each
    let map = try encoder.map(ofParts: parts, parameters) { part throws(ImageError) in
      let first = indices.startIndex + part * each
      return try ViewLoader.images(
        indices[first..<min(first + each, indices.endIndex)], of: store, seen: view,
        normalization: normalization, size: size, framing: configuration.framing)
    }
    return readOuts.map { readOut in
      switch readOut {
      case .average, .components, .joined, .part: averagePooled(map, to: 1).values
      case .map(let side): averagePooled(map, to: side).values
      }
    }
  }
}
