import SiamNeuralNetworks
import SiamTensors

/// The arrays of another library's file by the names of networks here.
///
/// Convolutions are (outputs, inputs, kernel, kernel) there, (kernel, kernel, inputs, outputs) here.
struct ForeignArrays {
  private let file: Safetensors
  private let path: String
  private let network: ForeignNetwork

  init(_ file: Safetensors, path: String, network: ForeignNetwork) {
    (self.file, self.path, self.network) = (file, path, network)
  }

  /// Checks that the file holds a network's arrays and no others, but for its classifier.
  func check(_ layout: ParameterLayout) throws(ImportError) {
    var known: Set<String> = []
    let entries = layout.entries.map { ($0.name, $0.shape) }
    for (name, shape) in entries + layout.statistics.map({ ($0.name, [$0.range.count]) }) {
      let foreign = foreignName(name)
      try check(foreign, shape: foreignShape(shape))
      known.insert(foreign)
    }
    for tensor in file.tensors where !known.contains(tensor.name) {
      let isLeftOut =
        tensor.name.hasPrefix(network.classifier) || tensor.name.hasSuffix(".num_batches_tracked")
      if !isLeftOut { throw .unexpected(path: path, network: network.name, name: tensor.name) }
    }
  }

  /// Copies the values of a network that was checked.
  func write(to parameters: inout Parameters) throws(ImportError) {
    var (values, statistics) = (parameters.values.values, parameters.statistics.values)
    for entry in parameters.layout.entries {
      let from = try floats(of: foreignName(entry.name))
      values.replaceSubrange(entry.range, with: entry.shape.count == 4 ? turned(from, to: entry.shape) : from)
    }
    // The root is taken of the variance and 1e-5 here, of the variance and the network's own ε there.
    let more = Float(network.epsilon - 1e-5)
    for statistic in parameters.layout.statistics {
      let name = foreignName(statistic.name)
      let from = try floats(of: name)
      let isVariance = statistic.initially == 1
      if isVariance, let negative = from.first(where: { $0 < 0 }) {
        throw .badValue(path: path, name: name, value: "the variance \(negative)")
      }
      statistics.replaceSubrange(
        statistic.range, with: isVariance && more > 0 ? from.map { $0 + more } : from)
    }
    parameters.values = Tensor([values.count], values)
    parameters.statistics = Tensor([statistics.count], statistics)
  }

  private func check(_ name: String, shape: [Int]) throws(ImportError) {
    guard let entry = file.entry(name) else {
      throw .missing(path: path, network: network.name, name: name)
    }
    guard entry.shape == shape, [.float32, .float16, .bfloat16, .float64].contains(entry.element) else {
      throw .mismatch(
        path: path, network: network.name, name: name, found: "\(entry.element.rawValue) \(entry.shape)",
        expected: "F32 \(shape)")
    }
  }

  private func floats(of name: String) throws(ImportError) -> [Float] {
    let values = file.floats(of: name) ?? []
    if let bad = values.first(where: { !$0.isFinite }) {
      throw .badValue(path: path, name: name, value: "the number \(bad)")
    }
    return values
  }

  /// "layer1.0.bn1.running_var" for "encoder.0.0.first.norm.running_var".
  private func foreignName(_ name: String) -> String {
    let parts = name.split(separator: ".")
    let unit = network.unit(parts.dropFirst().dropLast(2).joined(separator: "."))
    let isNormalization = parts.dropLast().last == "norm"
    return (isNormalization ? unit.normalization : unit.convolution) + "." + (parts.last ?? "")
  }

  private func foreignShape(_ shape: [Int]) -> [Int] {
    shape.count == 4 ? [shape[3], shape[2], shape[0], shape[1]] : shape
  }

  /// The weights of a convolution in the order of (kernel, kernel, inputs, outputs).
  private func turned(_ from: [Float], to shape: [Int]) -> [Float] {
    let (pixels, inputs, outputs) = (shape[0] * shape[1], shape[2], shape[3])
    var to = [Float](repeating: 0, count: from.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for pixel in 0..<pixels {
          to[(pixel * inputs + input) * outputs + output] = from[(output * inputs + input) * pixels + pixel]
        }
      }
    }
    return to
  }
}
