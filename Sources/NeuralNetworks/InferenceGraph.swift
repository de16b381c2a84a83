import SiamTensors

/// A network at evaluation as plain operations, for other programs: normalisations are folded into the convolutions.
///
/// Values are numbered: 0 is the normalised image, each operation makes the next. Maps are N C H W, as other programs
/// have them.
package struct InferenceGraph: Sendable {
  /// An operation on the values before it.
  package enum Operation: Sendable, Equatable {
    /// Weights (outputs, inputs, kernel, kernel), a bias for each output, and ⌊kernel / 2⌋ zeros around.
    case convolution(of: Int, weights: [Float], shape: [Int], bias: [Float], stride: Int)
    case relu(of: Int)
    case sum(Int, Int)
    /// The largest of each 3x3 window, with stride 2 and a border of 1.
    case largest(of: Int)
    /// The mean over all pixels: (N, C).
    case average(of: Int)
  }

  /// In order; operation i makes value i + 1.
  package private(set) var operations: [Operation] = []

  /// Adds an operation.
  ///
  /// - Returns: the number of the value that it makes.
  mutating func add(_ operation: Operation) -> Int {
    operations.append(operation)
    return operations.count
  }
}

extension Encoder {
  /// The encoder up to the average over its last map.
  package func inferenceGraph(_ parameters: Parameters) -> InferenceGraph {
    var graph = InferenceGraph()
    var value = 0
    for stage in stages { value = stage.describe(value, parameters, in: &graph) }
    _ = graph.add(.average(of: value))
    return graph
  }
}

extension ConvolutionUnit {
  /// - Precondition: a border of zeros, and an ordinary ReLU or none.
  package func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    precondition(convolution.border == .zeros && (slope == 0 || slope == 1), "\(name) is no encoder's")
    var parameters = parameters
    let pass = normalization.normalized(
      by: Moments(parts: 0, channels: convolution.outputs), &parameters, .evaluation)
    let (inputs, outputs, side) = (convolution.inputs, convolution.outputs, convolution.kernel)
    let (from, scale) = (parameters.tensor(convolution.weight).values, pass.scale.values)
    var weights = [Float](repeating: 0, count: from.count)
    for pixel in 0..<side * side {
      for input in 0..<inputs {
        for output in 0..<outputs {
          weights[(output * inputs + input) * side * side + pixel] =
            from[(pixel * inputs + input) * outputs + output] * scale[output]
        }
      }
    }
    let y = graph.add(
      .convolution(
        of: x, weights: weights, shape: [outputs, inputs, side, side], bias: pass.shift.values,
        stride: convolution.stride))
    return slope == 0 ? graph.add(.relu(of: y)) : y
  }
}

extension ResidualBlock {
  func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    let inner = first.describe(x, parameters, in: &graph)
    let outer = second.describe(inner, parameters, in: &graph)
    let around = shortcut?.describe(x, parameters, in: &graph) ?? x
    return graph.add(.relu(of: graph.add(.sum(outer, around))))
  }
}

extension MaxPool {
  func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    graph.add(.largest(of: x))
  }
}
