import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTensors

/// SimSiam steps of ResNet-18's shape on random images, as other programs are given them to compare.
func benchmarkSteps(_ bench: Bench) {
  for width in bench.options["width"].map({ [$0] }) ?? [16, 32, 64] { benchmarkStep(width: width, bench) }
}

private func benchmarkStep(width: Int, _ bench: Bench) {
  let (batch, size) = (bench.options["batch"] ?? 128, bench.options["size"] ?? 32)
  var configuration = TrainingConfiguration()
  configuration.method = SimSiam.name
  configuration.encoder = EncoderConfiguration(preset: .small, width: width, size: size)
  // 256 for width 16, 512 for 32 and 2048 for 64, as in the other programs.
  configuration.dimension = bench.options["dimension"] ?? (width >= 64 ? 32 : 16) * width
  configuration.hidden = max(1, configuration.dimension / 4)
  let (method, layout) = configuration.network()
  var parameters = Parameters(layout, initializer: .uniform, seed: 1)
  var optimizer = SGD(weightDecay: 5e-4, count: layout.count)
  let shape = [batch, size, size, 3]
  let views = ViewBatch(
    views: [randomTensor(shape, seed: 1), randomTensor(shape, seed: 2)], indices: Array(0..<batch))

  // Forward, dW and dx take as many operations each; the images' own gradient is not computed.
  var encoderLayout = ParameterLayout()
  let convolutions = configuration.encoder.encoder(in: &encoderLayout).convolutions(side: size)
  let heads = layout.entries.filter { $0.shape.count == 2 }.reduce(0.0) { $0 + 6 * Double($1.range.count) }
  let each = convolutions.reduce(heads) { $0 + $1.work * ($1.propagates ? 3 : 2) }

  bench.forEachThreadCount { threads in
    var loss = 0.0
    let seconds = bench.median(of: width > 32 ? 5 : 11) {
      parameters.clearGradients()
      parameters.prepared = PreparedConvolutions()
      loss = method.step(views, &parameters).loss
      optimizer.step(&parameters, 0..<layout.count, rate: 0.03)
    }
    precondition(loss.isFinite && abs(loss) <= 1, "a loss of \(loss)")
    bench.report(
      "step/width \(width), dimension \(configuration.dimension), batch \(batch), \(size) px",
      threads: threads, seconds: seconds, work: 2 * Double(batch) * each, images: batch)
  }
}
