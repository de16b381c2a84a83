package import SiamAugmentations
package import SiamDatasets
import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
package import SiamTensors

/// The pixels that an encoder would see, as they are.
package struct RawPixels: Baseline {
  package let name = "raw pixels"
  package let size: Int
  package let normalization: Normalization

  /// - Parameter size: that of the encoder's images; of larger ones `Evaluation.largestRaw` are compared.
  package init(size: Int, normalization: Normalization) {
    (self.size, self.normalization) = (min(size, Evaluation.largestRaw), normalization)
  }

  /// The pixels that `encoder` would see.
  package init(as encoder: TrainedEncoder) {
    self.init(size: encoder.configuration.encoder.size, normalization: encoder.normalization)
  }

  /// The pixels that `encoder` would see, normalised in the way of a few that does best on the bank alone: as the encoder's
  /// images are, not at all, around the middle grey, or by the bank's own means and deviations. Cosines depend on it by a few
  /// points of k-NN, and a baseline should be as strong as it honestly can be.
  ///
  /// - Parameter progress: called with the images read; may throw to stop.
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  package init(
    bestOn bank: ImageSubset, as encoder: TrainedEncoder, progress: (Int) throws -> Void = { _ in }
  ) throws {
    try self.init(
      bestOn: bank, size: encoder.configuration.encoder.size, or: encoder.normalization, progress: progress)
  }

  /// - Parameter usual: the normalisation that is taken where no other does better.
  package init(
    bestOn bank: ImageSubset, size: Int, or usual: Normalization, progress: (Int) throws -> Void = { _ in }
  ) throws {
    self.init(size: size, normalization: usual)
    guard bank.count >= 2 else { return }
    var generator = CounterGenerator(0x7069_7865)
    let some = chosen(min(Self.most, bank.count), of: bank.count, using: &generator)
    let fifth = max(1, some.count / 5)
    func part(_ positions: ArraySlice<Int>) -> ImageSubset {
      ImageSubset(bank.store, positions.map { bank.indices[$0] }, seen: bank.view)
    }
    let (asked, known) = (part(some[..<fifth]), part(some[fifth...]))
    let plain = RawPixels(size: size, normalization: .unit)
    let (bankPixels, queryPixels) = (
      try plain.features(of: known, progress: progress),
      try plain.features(of: asked) { try progress(known.count + $0) }
    )
    let own = Self.statistics(of: bankPixels)
    var (best, most) = (usual, -1)
    for candidate in [usual, .unit, Self.middle, own] {
      let scores = try classify(
        asked.table(Self.normalized(queryPixels, candidate)),
        by: known.table(Self.normalized(bankPixels, candidate)), votes: [Self.vote])
      let right = scores[0].accuracy.successes
      if right > most { (best, most) = (candidate, right) }
    }
    self.init(size: size, normalization: best)
  }

  /// The most images of the bank that the normalisation is chosen on.
  private static let most = 2500
  private static let vote = NearestNeighbourVote(k: 20, temperature: 0.07)
  private static let middle = Normalization(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])

  /// The mean and the deviation of each channel, to three digits.
  private static func statistics(of pixels: [Float]) -> Normalization {
    let count = Double(max(1, pixels.count / 3))
    var (sums, squares) = ([0.0, 0, 0], [0.0, 0, 0])
    for (index, value) in pixels.enumerated() {
      sums[index % 3] += Double(value)
      squares[index % 3] += Double(value) * Double(value)
    }
    let mean = sums.map { (1000 * $0 / count).rounded() / 1000 }
    let deviation = zip(sums, squares).map { sum, square in
      let variance = max(0, square / count - (sum / count) * (sum / count))
      return max(0.001, (1000 * variance.squareRoot()).rounded() / 1000)
    }
    return Normalization(mean: mean, deviation: deviation)
  }

  private static func normalized(_ pixels: [Float], _ normalization: Normalization) -> [Float] {
    let (mean, deviation) = (normalization.mean.map { Float($0) }, normalization.deviation.map { Float($0) })
    return pixels.indices.map { (pixels[$0] - mean[$0 % 3]) / deviation[$0 % 3] }
  }

  package func vectors(of images: Tensor) -> Tensor {
    images.reshaped([images.shape[0], size * size * 3])
  }
}
