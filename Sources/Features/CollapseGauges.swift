/// The numbers that show a collapse of a network's outputs, from a sample of them.
///
/// Each is blind somewhere: the spread behind a batch normalisation, the rank to how small the variation is. So all
/// stand together.
package struct CollapseGauges: Sendable, Equatable {
  /// Rows looked at, and their length.
  package let count, dimension: Int
  /// std · √D of the L2-normalised rows: 1 when spread over the sphere, 0 when all are alike.
  ///
  /// Source: Chen, He (2021), figure 2; the unbiased deviation, averaged over the columns, as PyTorch takes it.
  package let spread: Double
  /// The share m_o of the common centre in the normalised rows, |mean|²: 1 when all are alike.
  ///
  /// Source: Zhang et al. (2022), section 3.
  package let centre: Double
  /// The share m_r of what is left without the centre, 1 - m_o: 0 when all are alike.
  package let residual: Double
  /// How the residual is spread over directions.
  package let spectrum: Spectrum

  /// exp(entropy of σ / Σσ); see `Spectrum`.
  package var effectiveRank: Double { spectrum.effectiveRank }

  /// Complexity: min(N, D)² · max(N, D); a batch, or a sample of up to a thousand rows, says enough.
  ///
  /// - Precondition: whole rows, at least 2.
  package init(_ rows: [Float], dimension: Int) {
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

  /// What the numbers mean.
  ///
  /// The thresholds are this project's choice, far from both sides: a run without stop-gradient reaches a spread of
  /// 0 within a few hundred steps (Chen, He, figure 2), a healthy one stays near 1; and outputs behind a batch
  /// normalisation that all lie on a few directions have a rank of a few, whatever D, where healthy ones reach a good
  /// part of what N and D allow (an untrained encoder with its projector about half).
  ///
  /// Beside the absolute bound there is one relative to the same network's rank before its training, a tenth of it.
  /// Measured with `small`, 128 rows of 256 columns, rank 93 at first, on Fashion-MNIST and CIFAR-10: SimSiam, BYOL and
  /// SimCLR kept 17 % or more at every look. Of six trainings without stop-gradient, without predictor or by the
  /// target's gradient alone five fell below a tenth for five looks in a row; a fixed predictor and mean views stayed
  /// just above.
  ///
  /// - Parameter first: the effective rank of as many outputs of the network before its training, where it is known.
  package func diagnosis(first: Double? = nil) -> CollapseDiagnosis {
    guard spread.isFinite, effectiveRank.isFinite else { return .diverged }
    if spread < CollapseDiagnosis.leastSpread { return .total }
    let possible = Double(min(count - 1, dimension))
    // One or two directions are few only where there could be more.
    let least = max(
      2.5, CollapseDiagnosis.leastShareOfRank * possible,
      CollapseDiagnosis.leastShareOfFirstRank * (first ?? 0))
    return possible > 4 && effectiveRank < least ? .dimensional : .none
  }
}

/// The kinds of collapse.
package enum CollapseDiagnosis: String, Sendable, CaseIterable {
  /// The outputs vary, in many directions.
  case none
  /// The outputs vary along few directions only.
  case dimensional
  /// All pictures have nearly the same output.
  case total
  /// The outputs are no longer finite numbers.
  case diverged

  /// Below this `spread` a collapse is total.
  static let leastSpread = 0.05
  /// Below this share of the possible effective rank a collapse is dimensional.
  static let leastShareOfRank = 0.02
  /// The same as a share of the effective rank before the training.
  static let leastShareOfFirstRank = 0.1
}
