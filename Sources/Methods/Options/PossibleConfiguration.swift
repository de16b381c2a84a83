import SiamFiles
import SiamImages
import SiamNeuralNetworks

extension TrainingConfiguration {
  /// Why these values describe no valid network; nil if they are valid.
  package var impossibility: String? {
    for option in trainingOptions {
      if let reason = option.impossibility(self) { return reason }
    }
    guard !parts.isEmpty else { return "unknown method \(printable(method))" }
    if let reason = options.impossibility(for: parts) { return reason }
    if let side = framing?.shorterSide, !(encoder.size...Framing.largestSide).contains(side) {
      return "pictures resized to \(side) pixels for squares of \(encoder.size)"
    }
    return refusal
  }

  /// Why the choices contradict each other; nil if they do not.
  package var refusal: String? { parts.lazy.compactMap { $0.refusal(of: self) }.first }

  /// Limits the batch to the number of images.
  package mutating func fit(to images: Int) {
    for option in trainingOptions { option.fit(&self, images) }
  }
}
