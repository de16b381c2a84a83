/// So many successes of so many trials: an accuracy with its uncertainty.
public struct Proportion: Sendable, Equatable {
  /// Counts, with 0 <= successes <= total.
  public let successes, total: Int

  /// - Precondition: 0 <= successes <= total.
  package init(_ successes: Int, of total: Int) {
    precondition(0 <= successes && successes <= total, "\(successes) of \(total)")
    (self.successes, self.total) = (successes, total)
  }

  /// 0...1; NaN without trials.
  public var value: Double { Double(successes) / Double(total) }

  /// The Wilson score interval of 95 %; 0...1 without trials.
  ///
  /// Unlike value ± 1.96 σ it stays within 0...1 and keeps its level at the ends.
  /// Source: Wilson (1927); Brown, Cai, DasGupta (2001), equation 4.
  public var interval: ClosedRange<Double> {
    guard total > 0 else { return 0...1 }
    let (n, p) = (Double(total), value)
    let z = 1.959963984540054  // the normal distribution's 97.5th percentile
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // At the ends the formula gives 0 and 1 but for rounding.
    return (successes == 0 ? 0 : centre - half)...(successes == total ? 1 : centre + half)
  }
}
