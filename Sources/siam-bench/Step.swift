import NeuralNetworks
import SelfSupervised
import Tensors

/// SimSiam steps of ResNet-18's shape on random pictures, as `tools/compare/torch_step.py` takes them.
func benchmarkSteps() {
  for width in [16, 32] { benchmarkStep(width: width) }
}

private func benchmarkStep(width: Int, batch: Int = 128, size: Int = 32) {
  var configuration = TrainingConfiguration()
  configuration.encoder = EncoderConfiguration(preset: .small, width: width, size: size)
  let (method, layout) = configuration.network()
  var parameters = Parameters(layout, initializer: .uniform, seed: 1)
  var optimizer = SGD(weightDecay: 5e-4, count: layout.count)
  var generator = CounterGenerator(1)
  func pictures() -> Tensor {
    let count = batch * size * size * 3
    return Tensor(
      [batch, size, size, 3], (0..<count).map { _ in Float.random(in: -1...1, using: &generator) })
  }
  let views = ViewBatch(views: [pictures(), pictures()], places: Array(0..<batch))
  var loss = 0.0
  let seconds = median(of: 11) {
    parameters.clearGradients()
    loss = method.step(views, &parameters).loss
    optimizer.step(&parameters, 0..<layout.count, rate: 0.03)
  }
  precondition(loss.isFinite && abs(loss) <= 1, "a loss of \(loss)")
  report(
    "simsiam-step/width \(width), batch \(batch), \(size) px", seconds: seconds,
    "\(decimals(Double(batch) / seconds, 0)) pictures/s")
}
