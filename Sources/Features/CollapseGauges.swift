/// Numbers that show a collapse of a network's outputs, from a sample of them.
///
/// None sees everything: behind a batch normalisation the spread stays near 1, and the rank does not depend on how small
/// the variation is. They are shown together.
public struct CollapseGauges: Sendable, Equatable {
  /// The number of rows, N, and their length, D.
  package let count, dimension: Int
  /// std · √D of the L2-normalised rows, the mean over the columns of their unbiased deviations, as PyTorch computes it:
  /// 1 when spread over the sphere, 0 when all are alike.
  ///
  /// Source: Chen, He (2021), figure 2.
  public let spread: Double
  /// The share m_o of the common centre in the normalised rows, |mean|²: 1 when all are alike.
  ///
  /// Source: Zhang et al. (2022), section 3.
  public let centre: Double
  /// The share m_r of the rows without their centre, 1 − m_o: 0 when all are alike.
  package let residual: Double
  /// How the rows without their centre are spread over directions.
  package let spectrum: Spectrum

  /// exp(entropy of σ / Σσ); see `Spectrum`.
  public var effectiveRank: Double { spectrum.effectiveRank }

  /// Measures rows (N, D); a batch, or a sample of up to a thousand rows, is enough.
  ///
  /// Complexity: min(N, D)² · max(N, D).
  /// - Precondition: `rows.count` is a multiple of `dimension`; at least 2 rows.
  public init(_ rows: [Float], dimension: Int) {
    let unit = UnitRows(rows, dimension: dimension)
    precondition(unit.count >= 2, "\(unit.count) rows have no spread")
    (count, self.dimension) = (unit.count, dimension)
    let centred = unit.centred()
    var squares = [Double](repeating: 0, count: dimension)
    for row in 0..<unit.count {
      for column in 0..<dimension {
        let value = centred[row * dimension + column]
        squares[column] += value * value
      }
    }
    let (n, d) = (Double(unit.count), Double(dimension))
    spread = squares.reduce(0) { $0 + ($1 / (n - 1)).squareRoot() } / d * d.squareRoot()
    centre = unit.means().reduce(0) { $0 + $1 * $1 }
    residual = squares.reduce(0, +) / n
    spectrum = Spectrum(centred: centred, dimension: dimension)
  }

  /// Names the kind of collapse that the numbers show.
  ///
  /// The thresholds are this project's own, with room on both sides: without stop-gradient the spread reaches 0 within a
  /// few hundred steps (Chen, He, figure 2), otherwise it stays near 1; and outputs behind a batch normalisation that
  /// lie along a few directions have a rank of a few, whatever D, where healthy ones reach a good part of what N and D
  /// allow (an untrained encoder with its projector about half).
  ///
  /// Beside the absolute limit on the rank there is one relative to the same network's rank before training, a tenth of
  /// it. Measured with `small`, 128 rows of 256 columns, rank 93 at first, on Fashion-MNIST and CIFAR-10: SimSiam, BYOL
  /// and SimCLR kept 17 % or more at every measurement. Of six trainings without stop-gradient, without predictor or by
  /// the target's gradient alone, five fell below a tenth for five measurements in a row; a fixed predictor and mean
  /// views stayed just above.
  ///
  /// - Parameter first: the effective rank of as many outputs before training, if it is known.
  public func diagnosis(first: Double? = nil) -> CollapseDiagnosis {
    guard spread.isFinite, effectiveRank.isFinite else { return .diverged }
    if spread < CollapseDiagnosis.leastSpread { return .total }
    let possible = Double(min(count - 1, dimension))
    // One or two directions are few only where more are possible.
    let least = max(
      2.5, CollapseDiagnosis.leastShareOfRank * possible,
      CollapseDiagnosis.leastShareOfFirstRank * (first ?? 0))
    return possible > 4 && effectiveRank < least ? .dimensional : .none
  }
}

/// The kinds of collapse.
public enum CollapseDiagnosis: String, Sendable, CaseIterable {
  /// The outputs vary, in many directions.
  case none
  /// The outputs vary along few directions.
  case dimensional
  /// All images have nearly the same output.
  case total
  /// An output is NaN or infinite.
  case diverged

  /// The lowest spread that is no total collapse.
  static let leastSpread = 0.05
  /// The lowest share of the possible effective rank that is no dimensional collapse.
  static let leastShareOfRank = 0.02
  /// The same as a share of the effective rank before training.
  static let leastShareOfFirstRank = 0.1
}
