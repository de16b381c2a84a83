import NeuralNetworks
import SelfSupervised
import Tensors

/// SimSiam steps on random pictures: `siam-bench [width] [batch] [size]`; `tools/compare/torch_step.py` takes the same.
func benchmarkStep() {
  let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
  let width = numbers.first ?? 16
  let batch = numbers.dropFirst().first ?? 128
  let size = numbers.dropFirst(2).first ?? 32

  var layout = ParameterLayout()
  let method = SimSiam(
    encoder: EncoderConfiguration(preset: .small, width: width, size: size), dimension: 256, hidden: 64,
    projectorLayers: 2, in: &layout)
  var parameters = Parameters(layout, initializer: .uniform, seed: 1)
  var optimizer = SGD(weightDecay: 5e-4, count: layout.count)
  var generator = CounterGenerator(1)
  func pictures() -> Tensor {
    let count = batch * size * size * 3
    return Tensor(
      [batch, size, size, 3], (0..<count).map { _ in Float.random(in: -1...1, using: &generator) })
  }
  let views = (pictures(), pictures())

  let clock = ContinuousClock()
  let times = (0..<13).map { _ in
    let start = clock.now
    parameters.clearGradients()
    _ = method.step(views, &parameters)
    optimizer.step(&parameters, 0..<layout.count, rate: 0.03)
    return (clock.now - start) / .seconds(1)
  }
  let median = times.dropFirst(3).sorted()[5]
  print(
    "simsiam-step/width \(width), batch \(batch), \(size) px\t\(median)\t\(Double(batch) / median) pictures/s"
  )
}
