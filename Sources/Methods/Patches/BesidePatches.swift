import SiamNeuralNetworks

/// Patch features and a network side by side, whose features are joined: each knows what the other does not, and together
/// they are better than either.
///
/// The name of the method is that of both: "patches+simclr". The options of both belong to it; `--size` is that of the
/// network's views, and `Patches.square` that of the squares.
package enum BesidePatches {
  /// What stands before the network's name.
  package static let prefix = Patches.name + "+"

  /// The length of the patches' part of a vector: with the 128 numbers of the default network it is 512 in all. More add
  /// nothing beside a network.
  package static let components = 384

  /// The name for a network's method beside patch features.
  package static func name(_ method: any Method.Type) -> String { prefix + method.name }
}

extension TrainingConfiguration {
  /// Whether a network is trained beside patch features.
  package var isBesidePatches: Bool { method.hasPrefix(BesidePatches.prefix) }

  /// Whether patch features are fitted, alone or beside a network.
  package var fitsPatches: Bool { isPatches || isBesidePatches }

  /// The methods that are at work: one, or patch features and that of the network beside them; empty for an unknown name.
  package var parts: [any LearningMethod.Type] {
    guard isBesidePatches else { return learningMethod(named: method).map { [$0] } ?? [] }
    return SiamMethods.method(named: networkMethod).map { [Patches.self, $0] } ?? []
  }

  /// Their titles.
  package var title: String {
    let titles = parts.map { $0.title }
    return titles.isEmpty ? method : titles.joined(separator: ", and beside them ")
  }

  /// The name of the method by which the network is trained.
  var networkMethod: String {
    isBesidePatches ? String(method.dropFirst(BesidePatches.prefix.count)) : method
  }

  /// The part that trains the network; all of it where nothing is beside it.
  package var networkAlone: TrainingConfiguration {
    guard isBesidePatches else { return self }
    var result = self
    result.method = networkMethod
    for option in Patches.options { result.options.byName[option.name] = nil }
    return result
  }

  /// The part that fits patch features; all of it where no network is beside them.
  package var patchesAlone: TrainingConfiguration {
    guard isBesidePatches else { return self }
    var result = TrainingConfiguration(Patches.self)
    (result.encoder.size, result.recipe, result.seed) = (PatchConfiguration(self).size, recipe, seed)
    for option in Patches.options where option != Patches.square { result.options[option] = options[option] }
    result.options[Patches.square] = Patches.square.defaultValue
    return result
  }

  /// The side in pixels that images must have for everything to see all that they hold.
  package var readingSize: Int {
    fitsPatches ? max(encoder.size, PatchConfiguration(self).size) : encoder.size
  }
}
