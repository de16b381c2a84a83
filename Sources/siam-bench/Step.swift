import CKernels
import NeuralNetworks
import SelfSupervised
import Tensors

/// SimSiam steps on random pictures: `siam-bench [width] [batch] [size] [dimension] [hidden]`.
func benchmarkStep() {
  let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
  func number(_ index: Int, _ standard: Int) -> Int { index < numbers.count ? numbers[index] : standard }
  let (width, batch, size) = (number(0, 16), number(1, 128), number(2, 32))
  var layout = ParameterLayout()
  let configuration = EncoderConfiguration(preset: width == 64 ? .resnet18 : .small, width: width, size: size)
  let method = SimSiam(
    encoder: configuration, dimension: number(3, 256), hidden: number(4, 64), projectorLayers: 2, in: &layout)
  var parameters = Parameters(layout, initializer: .uniform, seed: 1)
  var optimizer = SGD(weightDecay: 5e-4, count: layout.count)
  var generator = CounterGenerator(1)
  func pictures() -> Tensor {
    Tensor(
      [batch, size, size, 3],
      (0..<batch * size * size * 3).map { _ in Float.random(in: -1...1, using: &generator) })
  }
  let views = (pictures(), pictures())
  let clock = ContinuousClock()
  var times: [Duration] = []
  var loss = 0.0
  for _ in 0..<12 {
    let start = clock.now
    parameters.clearGradients()
    loss = method.step(views, &parameters).loss
    optimizer.step(&parameters, 0..<layout.count, rate: 0.03)
    times.append(clock.now - start)
  }
  let best = (times.dropFirst(2).min() ?? .zero) / .seconds(1)
  let median = times.dropFirst(2).sorted()[5] / .seconds(1)
  print(
    "width \(width) batch \(batch): \(best * 1e3) ms best, \(median * 1e3) ms median, \(Double(batch) / best) img/s, loss \(loss)"
  )
}
