import SiamFiles

extension TrainingConfiguration {
  /// Why these values describe no valid network; nil if they are valid.
  package var impossibility: String? {
    for option in trainingOptions {
      if let reason = option.impossibility(self) { return reason }
    }
    guard let method = learningMethod(named: method) else {
      return "unknown method \(printable(method))"
    }
    return options.impossibility(for: method) ?? method.refusal(of: self)
  }

  /// Limits the batch to the number of images.
  package mutating func fit(to images: Int) {
    for option in trainingOptions { option.fit(&self, images) }
  }
}
