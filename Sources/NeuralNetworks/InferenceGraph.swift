import SiamTensors

/// A network at evaluation as plain operations, for other programs: normalisations are folded into the convolutions.
///
/// Values are numbered: 0 is the normalised image, each operation makes the next. Maps are N C H W, as other programs
/// have them.
package struct InferenceGraph: Sendable {
  /// An operation on the values before it.
  package enum Operation: Sendable, Equatable {
    /// Weights (outputs, inputs of an output, kernel, kernel), a bias for each output, and zeros around.
    case convolution(
      of: Int, weights: [Float], shape: [Int], bias: [Float], stride: Int, border: Border, groups: Int)
    /// Up to a ceiling, which is infinity for an ordinary one.
    case relu(of: Int, ceiling: Float)
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
  /// - Precondition: a border of zeros, and a ReLU that is 0 below 0, or none.
  package func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    precondition(
      convolution.border != .reflection && (slope == 0 || slope == 1), "\(name) is no encoder's")
    let folded = FoldedWeights(convolution.weight, normalization, parameters)
    let (weights, shape) = folded.outputsFirst(kernel: convolution.kernel)
    let y = graph.add(
      .convolution(
        of: x, weights: weights, shape: shape, bias: folded.bias, stride: convolution.stride,
        border: convolution.border, groups: 1))
    return slope == 0 ? graph.add(.relu(of: y, ceiling: ceiling)) : y
  }
}

extension ResidualBlock {
  func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    let inner = first.describe(x, parameters, in: &graph)
    let outer = second.describe(inner, parameters, in: &graph)
    let around = shortcut?.describe(x, parameters, in: &graph) ?? x
    return graph.add(.relu(of: graph.add(.sum(outer, around)), ceiling: .infinity))
  }
}

extension MaxPool {
  func describe(_ x: Int, _ parameters: Parameters, in graph: inout InferenceGraph) -> Int {
    graph.add(.largest(of: x))
  }
}
