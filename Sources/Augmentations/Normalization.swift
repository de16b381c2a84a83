/// The mean that is subtracted from each channel, and the deviation that it is then divided by, before an encoder sees an
/// image.
package struct Normalization: Sendable, Equatable {
  /// For red, green and blue, of samples scaled to 0...1.
  package let mean, deviation: [Double]

  /// A normalisation by these statistics.
  ///
  /// - Precondition: three of each; deviations are positive.
  package init(mean: [Double], deviation: [Double]) {
    precondition(
      mean.count == 3 && deviation.count == 3 && deviation.allSatisfy { $0 > 0 },
      "normalisation \(mean), \(deviation)")
    (self.mean, self.deviation) = (mean, deviation)
  }

  /// None: samples from 0 to 1.
  package static let unit = Normalization(mean: [0, 0, 0], deviation: [1, 1, 1])
  /// The statistics of ImageNet's training images; the default.
  package static let imagenet = Normalization(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  /// The statistics of CIFAR-10's training images, the deviation over all pixels.
  package static let cifar = Normalization(
    mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616])
  /// The statistics of Fashion-MNIST's training images, for grey images.
  package static let grey = Normalization(mean: [0.286, 0.286, 0.286], deviation: [0.353, 0.353, 0.353])

  /// The statistics that a recipe can name.
  package static let named: [(name: String, normalization: Normalization)] = [
    ("imagenet", imagenet), ("cifar", cifar), ("grey", grey),
  ]

  /// The linear function that normalises samples of 0...255 of one channel: scale · sample + offset.
  package func line(of channel: Int) -> (scale: Float, offset: Float) {
    (Float(1 / (255 * deviation[channel])), Float(-mean[channel] / deviation[channel]))
  }

  /// The normalisation as a term of a recipe: `normalize(imagenet)`, or means and deviations,
  /// `normalize(0.5,0.5,0.5;0.25,0.25,0.25)`.
  package var written: String {
    if let known = Self.named.first(where: { $0.normalization == self }) { return "normalize(\(known.name))" }
    func list(_ numbers: [Double]) -> String { numbers.map(\.shortest).joined(separator: ",") }
    return "normalize(\(list(mean));\(list(deviation)))"
  }
}
