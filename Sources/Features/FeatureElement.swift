/// The numbers that features are written as.
public enum FeatureElement: String, Sendable, CaseIterable {
  /// 32 bits, as they are computed.
  case float32
  /// 16 bits: half the size, three decimal digits, at most 65,504.
  case float16
}

extension FeatureTable {
  /// The index of the first row with a number that 16 bits cannot hold; nil if all fit.
  package var firstRowBeyondHalf: Int? {
    vectors.firstIndex { !Float16($0).isFinite }.map { $0 / dimension }
  }

  /// The same rows scaled to length 1; a row of zeros stays one.
  package func normalized() -> FeatureTable {
    var result = self
    result.vectors = UnitRows(vectors, dimension: dimension).values.map { Float($0) }
    return result
  }
}
