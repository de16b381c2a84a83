import SiamFeatures

/// A prediction and its outcome.
package struct Finding: Sendable, Equatable, Encodable {
  /// What was predicted before the measurement.
  package let prediction: String
  /// What was measured, with numbers.
  package let measured: String
  /// Whether the prediction held.
  package internal(set) var verdict: Verdict
  /// The probability of the measurement if the bound were the truth, where one was tested, and the same corrected for all
  /// predictions of the experiment that were tested; see `corrected`.
  package internal(set) var significance, corrected: Double?

  init(_ prediction: String, _ measured: String, _ verdict: Verdict, significance: Double? = nil) {
    (self.prediction, self.measured) = (prediction, measured)
    (self.verdict, self.significance) = (verdict, significance)
  }

  /// Of one number.
  init(_ prediction: String, _ measured: String, _ number: some Measured, is claim: Claim) {
    self.init(
      prediction, measured, claim.verdict(on: number), significance: claim.significance(of: number))
  }

  /// Of one number in which there is no chance.
  init(_ prediction: String, _ measured: String, exact number: Double, is claim: Claim) {
    self.init(prediction, measured, claim.verdict(onExact: number))
  }
}
