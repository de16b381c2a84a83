import SiamAugmentations
import SiamMethods
import SiamNeuralNetworks

/// A network as an ONNX model: from pictures (N, 3, H, W), bytes / 255, to features (N, D).
///
/// The numbers of fields are those of onnx.proto3, of ONNX IR version 8; the operators those of opset 17.
struct ONNXModel {
  private static let (irVersion, opset) = (8, 17)
  private static let (float, int64) = (1, 7)

  private var nodes: [ProtobufMessage] = []
  private var constants: [ProtobufMessage] = []

  /// The bytes of the file.
  static func bytes(of network: NetworkEncoder) -> [UInt8] {
    var model = ONNXModel()
    model.addNormalization(network.normalization)
    let operations = network.encoder.inferenceGraph(network.parameters).operations
    for (index, operation) in operations.enumerated() { model.add(operation, at: index + 1) }
    let end = name(operations.count)
    model.addNode("Flatten", [end], "features", [integer("axis", 1)])
    var graph = ProtobufMessage()
    for node in model.nodes { graph.add(1, node) }
    graph.add(2, "siam encoder")
    for constant in model.constants { graph.add(5, constant) }
    let side = network.configuration.encoder.size
    graph.add(11, value("pictures", [nil, 3, side, side]))
    graph.add(12, value("features", [nil, network.dimension]))
    var result = ProtobufMessage()
    result.add(1, irVersion)
    result.add(2, "siam")
    result.add(7, graph)
    var operators = ProtobufMessage()
    operators.add(1, "")
    operators.add(2, opset)
    result.add(8, operators)
    return result.bytes
  }

  private static func name(_ value: Int) -> String { "value\(value)" }

  /// (x - mean) / deviation, as an encoder's images are normalised.
  private mutating func addNormalization(_ normalization: Normalization) {
    addConstant("mean", [1, 3, 1, 1], normalization.mean.map { Float($0) })
    addConstant("deviation", [1, 3, 1, 1], normalization.deviation.map { Float($0) })
    addNode("Sub", ["pictures", "mean"], "centred")
    addNode("Div", ["centred", "deviation"], Self.name(0))
  }

  private mutating func add(_ operation: InferenceGraph.Operation, at index: Int) {
    let to = Self.name(index)
    switch operation {
    case .convolution(let x, let weights, let shape, let bias, let stride, let border, let groups):
      addConstant(to + ".weight", shape, weights)
      addConstant(to + ".bias", [shape[0]], bias)
      addNode(
        "Conv", [Self.name(x), to + ".weight", to + ".bias"], to,
        [
          Self.integers("kernel_shape", [shape[2], shape[3]]), Self.integers("strides", [stride, stride]),
          Self.integer("group", groups),
          border == .zerosBehind
            ? Self.text("auto_pad", "SAME_UPPER")
            : Self.integers("pads", [Int](repeating: shape[2] / 2, count: 4)),
        ])
    case .relu(let x, .infinity): addNode("Relu", [Self.name(x)], to)
    case .relu(let x, let ceiling):
      addConstant(to + ".least", [], [0])
      addConstant(to + ".most", [], [ceiling])
      addNode("Clip", [Self.name(x), to + ".least", to + ".most"], to)
    case .sum(let x, let other): addNode("Add", [Self.name(x), Self.name(other)], to)
    case .largest(let x):
      addNode(
        "MaxPool", [Self.name(x)], to,
        [
          Self.integers("kernel_shape", [3, 3]), Self.integers("strides", [2, 2]),
          Self.integers("pads", [1, 1, 1, 1]),
        ])
    case .average(let x): addNode("GlobalAveragePool", [Self.name(x)], to)
    }
  }

  private mutating func addNode(
    _ type: String, _ inputs: [String], _ output: String, _ attributes: [ProtobufMessage] = []
  ) {
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, output)
    node.add(4, type)
    for attribute in attributes { node.add(5, attribute) }
    nodes.append(node)
  }

  private mutating func addConstant(_ name: String, _ shape: [Int], _ values: [Float]) {
    var tensor = ProtobufMessage()
    for side in shape { tensor.add(1, side) }
    tensor.add(2, Self.float)
    tensor.add(8, name)
    tensor.add(9, unsafe values.withUnsafeBytes { unsafe [UInt8]($0) })
    constants.append(tensor)
  }

  private static func integer(_ name: String, _ value: Int) -> ProtobufMessage {
    attribute(name, type: 2) { $0.add(3, value) }
  }

  private static func text(_ name: String, _ value: String) -> ProtobufMessage {
    attribute(name, type: 3) { $0.add(4, value) }
  }

  private static func integers(_ name: String, _ values: [Int]) -> ProtobufMessage {
    attribute(name, type: int64) { for value in values { $0.add(8, value) } }
  }

  private static func attribute(
    _ name: String, type: Int, _ add: (inout ProtobufMessage) -> Void
  ) -> ProtobufMessage {
    var attribute = ProtobufMessage()
    attribute.add(1, name)
    add(&attribute)
    attribute.add(20, type)
    return attribute
  }

  /// An input or output of floats; a side that is nil is free, and called "N".
  private static func value(_ name: String, _ shape: [Int?]) -> ProtobufMessage {
    var sides = ProtobufMessage()
    for side in shape {
      var dimension = ProtobufMessage()
      if let side { dimension.add(1, side) } else { dimension.add(2, "N") }
      sides.add(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, float)
    tensor.add(2, sides)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}

extension TrainedEncoder {
  /// The network as an ONNX model, see `ONNXModel`; nil for patch features and joined encoders.
  package var onnx: [UInt8]? {
    guard case .network(let network) = body else { return nil }
    return ONNXModel.bytes(of: network)
  }
}
