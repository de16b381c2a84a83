import SiamFeatures

/// Whether a prediction held: always made from an interval and a bound.
package enum Verdict: String, Sendable, Encodable {
  /// All of the interval lies where the prediction says; none of it does; the interval allows both.
  case held, failed, unclear

  /// Of several predictions at once.
  static func all(_ verdicts: [Verdict]) -> Verdict {
    verdicts.contains(.failed) ? .failed : verdicts.contains(.unclear) ? .unclear : .held
  }

  /// Of at least one of several predictions.
  static func any(_ verdicts: [Verdict]) -> Verdict { all(verdicts.map(\.opposite)).opposite }

  /// Of the opposite prediction.
  var opposite: Verdict {
    switch self {
    case .held: .failed
    case .failed: .held
    case .unclear: .unclear
    }
  }
}

/// A number measured with an interval of 95 %.
protocol Measured {
  /// Nil where there is none: a single seed proves nothing.
  var interval: ClosedRange<Double>? { get }
  /// The two-sided probability of such a measurement if the truth were `value`.
  func significance(against value: Double) -> Double?
}

extension Estimate: Measured {
  var interval: ClosedRange<Double>? { count > 1 && low <= high ? low...high : nil }

  /// Of any of its measurements: for claims about every run, in which there is no chance once they are made.
  func largestDistance(from value: Double) -> Double { max(abs(smallest - value), abs(largest - value)) }
}

/// What a prediction says of a number.
enum Claim {
  case above(Double)
  case below(Double)
  /// Between two bounds: "level with" is this.
  case within(ClosedRange<Double>)

  func verdict(on interval: ClosedRange<Double>?) -> Verdict {
    guard let interval else { return .unclear }
    switch self {
    case .above(let bound):
      return interval.lowerBound > bound ? .held : interval.upperBound < bound ? .failed : .unclear
    case .below(let bound):
      return interval.upperBound < bound ? .held : interval.lowerBound > bound ? .failed : .unclear
    case .within(let bounds):
      return bounds.lowerBound < interval.lowerBound && interval.upperBound < bounds.upperBound
        ? .held : bounds.overlaps(interval) ? .unclear : .failed
    }
  }

  func verdict(on measured: some Measured) -> Verdict { verdict(on: measured.interval) }

  /// Of a number in which there is no chance, such as the end of a flow.
  func verdict(onExact value: Double) -> Verdict { verdict(on: value.isNaN ? nil : value...value) }

  /// The probability to correct where many claims are tested: of the bound that is hardest to tell from the measurement.
  func significance(of measured: some Measured) -> Double? {
    switch self {
    case .above(let bound), .below(let bound): measured.significance(against: bound)
    case .within(let bounds):
      [bounds.lowerBound, bounds.upperBound].compactMap { measured.significance(against: $0) }.max()
    }
  }
}
