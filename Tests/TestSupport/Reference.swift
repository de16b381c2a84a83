import FoundationEssentials
package import SiamNeuralNetworks
package import SiamTensors

/// A file of reference numbers in `data/reference`; its names are paths such as "linear/gradient/linear.weight".
package struct Reference: Sendable {
  /// A name that a reference file does not have, or not as numbers of the kind asked for.
  package struct Missing: Error { package let name: String }

  private let file: Safetensors

  /// - Parameter name: such as "layers", for `data/reference/layers.safetensors`.
  package init(_ name: String) throws {
    file = try Safetensors(contentsOf: dataPath("reference/\(name).safetensors"))
  }

  /// What the file's metadata says under a key, in JSON.
  package func metadata<Value: Decodable>(_ key: String) throws -> Value {
    guard let text = file.metadata[key] else { throw Missing(name: key) }
    return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  package func shape(_ name: String) throws -> [Int] {
    guard let entry = file.tensors.first(where: { $0.name == name }) else { throw Missing(name: name) }
    return entry.shape
  }

  package func values<Value: SafetensorsValue>(_ name: String, as type: Value.Type = Float.self) throws
    -> [Value]
  {
    guard let values = file.values(of: name, as: type) else { throw Missing(name: name) }
    return values
  }

  package func tensor(_ name: String) throws -> Tensor { try Tensor(shape(name), values(name)) }

  /// Bytes as floats in 0...1.
  package func images(_ name: String) throws -> Tensor {
    try Tensor(shape(name), values(name, as: UInt8.self).map { Float($0) / 255 })
  }

  /// All names that begin with `prefix`, without it.
  package func names(_ prefix: String) -> Set<String> {
    Set(
      file.tensors.lazy.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    )
  }

  /// A network whose values are those under `prefix`: exactly the layout's names in exactly its shapes.
  package func parameters(_ layout: ParameterLayout, _ prefix: String) throws -> Parameters {
    guard names(prefix) == Set(layout.entries.map(\.name)) else {
      throw Missing(name: "\(names(prefix).symmetricDifference(layout.entries.map(\.name)).sorted())")
    }
    var parameters = Parameters(layout, initializer: .zero, seed: 0)
    var all = parameters.values.values
    for entry in layout.entries {
      let values = try file.values(of: prefix + entry.name, shape: entry.shape, as: Float.self)
      all.replaceSubrange(entry.range, with: values)
    }
    parameters.values.values = all
    return parameters
  }

  /// The largest relative error among the entries of `array`, each against the values under `prefix`; of those shorter
  /// than `floor`, relative to that.
  package func largestError(
    _ parameters: Parameters, _ array: KeyPath<Parameters, Tensor>, _ prefix: String, floor: Double = 0
  ) throws -> Double {
    guard names(prefix) == Set(parameters.layout.entries.map(\.name)) else { return .infinity }
    return try parameters.layout.entries.reduce(0) { worst, entry in
      try max(
        worst,
        relativeError(parameters.part(entry.name, of: array), values(prefix + entry.name), floor: floor))
    }
  }

  /// The same for the running statistics.
  package func largestStatisticError(
    _ parameters: Parameters, _ prefix: String, floor: Double = 0
  ) throws -> Double {
    let layout = parameters.layout
    guard names(prefix) == Set(layout.statistics.map(\.name)) else { return .infinity }
    let all = parameters.statistics.values
    return try layout.statistics.reduce(0) { worst, statistic in
      try max(
        worst, relativeError(Array(all[statistic.range]), values(prefix + statistic.name), floor: floor))
    }
  }
}
