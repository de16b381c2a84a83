import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

/// Expects what `tools/reference/torch_layers.py` recorded under `name`: the output, dx, every gradient and running
/// statistic of a pass in training mode, and then the output in evaluation mode.
func expectPyTorch(
  _ reference: Reference, _ name: String, _ layout: ParameterLayout, input: Tensor? = nil,
  location: SourceLocation = #_sourceLocation, _ pass: (Tensor, Parameters, Tensor?, Mode) -> Pass
) throws {
  let parameters = try reference.parameters(layout, "\(name)/value/")
  let x = try input ?? reference.tensor("\(name)/x")
  let training = try pass(x, parameters, reference.tensor("\(name)/dy"), .training)
  let y = try reference.tensor("\(name)/y")
  #expect(training.y.shape == y.shape, sourceLocation: location)
  #expect(relativeError(training.y.values, y.values) < 1e-5, sourceLocation: location)
  if input == nil {
    let dx: [Float] = try reference.values("\(name)/dx")
    #expect(relativeError(training.dx.values, dx) < 1e-5, sourceLocation: location)
  }
  // What is of the order of 1 here can be nearly zero by cancellation, and its error then is no smaller.
  let gradient = try reference.largestError(training.parameters, \.gradients, "\(name)/gradient/", floor: 0.1)
  #expect(gradient < 2e-5, sourceLocation: location)
  let statistic = try reference.largestStatisticError(training.parameters, "\(name)/statistic/", floor: 0.1)
  #expect(statistic < 1e-5, sourceLocation: location)

  let evaluation = pass(x, training.parameters, nil, .evaluation)
  let evaluated: [Float] = try reference.values("\(name)/evaluated")
  #expect(relativeError(evaluation.y.values, evaluated) < 1e-5, sourceLocation: location)
  let (after, before) = (evaluation.parameters.statistics.values, training.parameters.statistics.values)
  #expect(after == before, "evaluation moved the running statistics", sourceLocation: location)
}
