import SiamFeatures
import SiamMethods
import SiamTensors

/// Patch features by name, as `encoder.safetensors` holds them.
extension PatchEncoder {
  /// Adds everything that was fitted.
  func add(to file: inout Safetensors) {
    for (index, stage) in stages.enumerated() {
      let (coder, embedding) = (stage.coder, stage.embedding)
      func add(_ name: String, _ tensor: Tensor) {
        file.add("stages.\(index).\(name)", tensor.shape, tensor.values)
      }
      add("whitening.weight", coder.whitening.weights)
      add("whitening.bias", coder.whitening.bias)
      add("dictionary", coder.dictionary)
      add("threshold", Tensor([1], [coder.threshold]))
      add("smallest_norm", Tensor([1], [coder.smallestNorm]))
      add("projection.weight", embedding.projection)
      add("projection.bias", embedding.offset)
    }
    components?.add(to: &file)
  }

  /// Takes a fitted encoder from a file.
  ///
  /// The numbers of atoms and components are those of the file: few images have fewer than were asked for.
  /// - Parameter path: the file that errors name.
  /// - Throws: `SafetensorsError` if the file holds something else.
  init(
    _ file: Safetensors, _ configuration: TrainingConfiguration, path: String
  ) throws(SafetensorsError) {
    let patches = PatchConfiguration(configuration)
    func rows(_ name: String) -> Int { file.entry(name)?.shape.first ?? 0 }
    var stages: [PatchStage] = []
    for index in patches.sizes.indices {
      stages.append(
        try PatchStage(
          file, prefix: "stages.\(index).", patches.stage(index), atoms: rows("stages.\(index).dictionary"),
          path: path))
    }
    let length = stages.reduce(0) { $0 + patches.cells * patches.cells * $1.embedding.dimension }
    guard rows("components.directions") > 0 else {
      throw .malformed(path: path, reason: "patch features without components")
    }
    self.init(
      patches, stages: stages, components: try PrincipalComponents(file, of: length))
  }
}

extension PatchStage {
  fileprivate init(
    _ file: Safetensors, prefix: String, _ patches: PatchConfiguration, atoms: Int, path: String
  ) throws(SafetensorsError) {
    guard atoms > 0, atoms % 16 == 0, atoms <= patches.atoms else {
      throw .malformed(
        path: path, reason: "a dictionary of \(atoms) patches, expected up to \(patches.atoms)")
    }
    let dimension = min(patches.dimension, atoms)
    func tensor(_ name: String, _ shape: [Int]) throws(SafetensorsError) -> Tensor {
      Tensor(shape, try file.values(of: prefix + name, shape: shape) as [Float])
    }
    self.init(
      coder: PatchCoder(
        patches,
        PatchWhitening(
          weights: try tensor("whitening.weight", [patches.patchLength, patches.rank]),
          bias: try tensor("whitening.bias", [patches.rank])),
        dictionary: try tensor("dictionary", [atoms, patches.rank]),
        threshold: try tensor("threshold", [1]).values[0],
        smallestNorm: try tensor("smallest_norm", [1]).values[0]),
      embedding: PatchEmbedding(
        projection: try tensor("projection.weight", [atoms, dimension]),
        offset: try tensor("projection.bias", [dimension])))
  }
}
