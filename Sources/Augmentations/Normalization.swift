/// What is taken from each channel, and what the rest is divided by, before a picture goes to an encoder.
package struct Normalization: Sendable, Equatable {
  /// For red, green and blue, of samples scaled to 0...1.
  package let mean, deviation: [Double]

  /// - Precondition: three of each; no deviation is 0.
  package init(mean: [Double], deviation: [Double]) {
    precondition(
      mean.count == 3 && deviation.count == 3 && deviation.allSatisfy { $0 > 0 },
      "normalisation \(mean), \(deviation)")
    (self.mean, self.deviation) = (mean, deviation)
  }

  /// ImageNet, training part; where nothing is said, this is meant.
  package static let imagenet = Normalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  /// CIFAR-10, training part, deviation over all pixels.
  package static let cifar = Normalization(
    mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616])
  /// Grey pictures such as Fashion-MNIST: its training part.
  package static let grey = Normalization(mean: [0.286, 0.286, 0.286], deviation: [0.353, 0.353, 0.353])

  /// Those that a recipe can name.
  package static let named: [(name: String, normalization: Normalization)] = [
    ("imagenet", imagenet), ("cifar", cifar), ("grey", grey),
  ]

  /// What a sample of 0...255 of one channel is multiplied by, and what is added then.
  package func line(of channel: Int) -> (scale: Float, offset: Float) {
    (Float(1 / (255 * deviation[channel])), Float(-mean[channel] / deviation[channel]))
  }

  /// As a term of a recipe: `normalize(imagenet)`, or the means and the deviations
  /// `normalize(0.5,0.5,0.5;0.25,0.25,0.25)`.
  package var written: String {
    if let known = Self.named.first(where: { $0.normalization == self }) { return "normalize(\(known.name))" }
    func list(_ numbers: [Double]) -> String { numbers.map(\.shortest).joined(separator: ",") }
    return "normalize(\(list(mean));\(list(deviation)))"
  }
}
