import SiamFiles
import SiamNeuralNetworks

extension TrainingConfiguration {
  /// Why no network can be built of these numbers; nil when one can.
  package var impossibility: String? {
    let numbers = [
      ("width", encoder.width, 1...1024), ("size", encoder.size, 8...1024),
      ("dimension", dimension, 1...65536),
      ("hidden", hidden, 1...65536), ("projectorLayers", projectorLayers, 1...8),
      ("epochs", epochs, 1...1_000_000),
      ("batch", batch, 2...65536), ("warmupEpochs", warmupEpochs, 0...1_000_000),
    ]
    for (name, value, range) in numbers where !range.contains(value) {
      return "\(name) is \(value), not within \(range.lowerBound) to \(range.upperBound)"
    }
    let rates = [baseRate, momentum, weightDecay, predictorBaseRate ?? 0]
    guard rates.allSatisfy({ $0.isFinite && $0 >= 0 }) else { return "a rate is not a number from 0 up" }
    guard let method = SiamMethods.method(named: method) else {
      return "the method \(printable(method)) is not known"
    }
    return options.impossibility(for: method) ?? method.refusal(of: self)
  }
}
