import SiamTensors
import TestSupport

@testable import SiamNeuralNetworks

/// What one pass through stages gives: the settled output, the gradient of the input, and the network with its
/// gradients and statistics.
struct Pass {
  let y, dx: Tensor
  let parameters: Parameters
}

/// Stages forward and, for the gradient dy of their output, backward; in evaluation mode forward alone.
func run(
  _ stages: [any Stage], _ x: Tensor, _ parameters: Parameters, dy: Tensor? = nil, _ mode: Mode = .training
) -> Pass {
  var parameters = parameters
  var y = Activation(x)
  var backwards: [StageBackward] = []
  for stage in stages {
    let step = stage.forward(y, &parameters, mode)
    y = step.y
    backwards.append(step.backward)
  }
  let end = settle(y)
  guard let dy else { return Pass(y: end.y, dx: Tensor(zeros: [0]), parameters: parameters) }
  var gradient = end.backward(dy)
  for backward in backwards.reversed() { gradient = backward(gradient, nil, &parameters) }
  return Pass(y: end.y, dx: gradient.dy, parameters: parameters)
}

/// The same for a layer.
func run(
  _ layer: any Layer, _ x: Tensor, _ parameters: Parameters, dy: Tensor? = nil, _ mode: Mode = .training
) -> Pass {
  var parameters = parameters
  let (y, backward) = layer.forward(x, &parameters, mode)
  guard let dy else { return Pass(y: y, dx: Tensor(zeros: [0]), parameters: parameters) }
  let dx = backward(dy, &parameters)
  return Pass(y: y, dx: dx, parameters: parameters)
}

/// How far a pass is from the plain network: its output, and its gradients from central differences.
struct Errors: CustomStringConvertible {
  var output = 0.0, input = 0.0
  var entries: [String: Double] = [:]

  var largest: Double { max(output, input, entries.values.max() ?? 0) }
  var description: String { "output \(output), dx \(input), \(entries)" }
}

/// - Parameter pass: runs what is to be checked, forward alone or with the gradient of its output.
func errors(
  _ x: Tensor, _ parameters: Parameters, input checksInput: Bool = true, of pass: (Tensor?) -> Pass,
  against plain: (PlainNetwork, PlainMap) -> PlainMap
) -> Errors {
  let shape = x.shape.count == 4 ? x.shape : [x.shape[0], 1, 1, x.shape[1]]
  let (point, values) = (x.values.map(Double.init), parameters.values.values.map(Double.init))
  func output(_ x: [Double], _ values: [Double]) -> [Double] {
    plain(PlainNetwork(parameters.layout, values), PlainMap(shape[0], shape[1], shape[2], shape[3], x)).values
  }
  let y = pass(nil).y
  var errors = Errors(output: relativeError(y.values, output(point, values)))
  let r = randomTensor(y.shape, 99)
  let back = pass(r)
  if checksInput {
    errors.input = largestGradientError(back.dx.values, at: point) { weighed(output($0, values), r.values) }
  }
  let gradients = back.parameters.gradients.values
  for entry in parameters.layout.entries {
    errors.entries[entry.name] = largestGradientError(
      gradients, at: values, varying: entry.range, directions: 2
    ) {
      weighed(output(point, $0), r.values)
    }
  }
  return errors
}
