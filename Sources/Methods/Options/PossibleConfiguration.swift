import SiamFiles

extension TrainingConfiguration {
  /// Why no network can be built of these values; nil when one can.
  package var impossibility: String? {
    for option in trainingOptions {
      if let reason = option.impossibility(self) { return reason }
    }
    guard let method = SiamMethods.method(named: method) else {
      return "the method \(printable(method)) is not known"
    }
    return options.impossibility(for: method) ?? method.refusal(of: self)
  }

  /// Cuts what depends on the number of images, the batch, to that number.
  package mutating func fit(to images: Int) {
    for option in trainingOptions { option.fit(&self, images) }
  }
}
