import Glibc
import SiamFiles

/// The mean of independent measurements, with its interval.
package struct Estimate: Sendable, Equatable, Encodable {
  /// The values that a quantity can have, which its interval must not leave.
  package enum Domain: Sendable, Equatable {
    /// Any number: differences.
    case any
    /// Numbers above 0: ratios, sizes.
    case positive
    /// Numbers between two ends: shares, ranks.
    case within(ClosedRange<Double>)
  }

  /// The number of measurements.
  package let count: Int
  /// Their arithmetic mean.
  package let mean: Double
  /// The ends of the mean's 95 % interval by Student's t; both the mean for a single measurement, which has no interval.
  package let low, high: Double
  /// The smallest and the largest measurement.
  package let smallest, largest: Double
  /// The standard error of the mean; 0 for a single measurement.
  package let standardError: Double
  private let domain: Domain

  private enum CodingKeys: String, CodingKey { case count, mean, low, high, smallest, largest }

  /// The interval is symmetric where the domain has no ends: for numbers above 0 in their logarithm, between two ends in
  /// the logarithm of the distances' ratio, with the standard error carried over by the slope (the delta method).
  ///
  /// - Precondition: at least one value.
  package init(_ values: [Double], in domain: Domain = .any) {
    precondition(!values.isEmpty, "no measurements")
    count = values.count
    self.domain = domain
    (smallest, largest) = (values.min() ?? .nan, values.max() ?? .nan)
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    guard values.count > 1 else {
      (low, high, standardError) = (mean, mean, 0)
      return
    }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardError = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    let half = Self.quantile(degrees: values.count - 1) * standardError
    guard let slope = domain.slope(at: mean) else {
      // At an end of the domain every measurement is there.
      (low, high) = (mean - half, mean + half)
      return
    }
    let middle = domain.stretched(mean)
    (low, high) = (
      domain.restored(middle - half * slope, mean - half), domain.restored(middle + half * slope, mean + half)
    )
  }

  /// "71.3 [70.1, 72.5]", all times `factor`; "71.3" for a single measurement.
  package func text(places: Int, times factor: Double = 1) -> String {
    let middle = decimal(factor * mean, places: places)
    guard count > 1 else { return middle }
    return "\(middle) [\(decimal(factor * low, places: places)), \(decimal(factor * high, places: places))]"
  }

  /// Whether all of the interval lies above a value; false for a single measurement.
  package func isAbove(_ value: Double) -> Bool { count > 1 && low > value }
  /// Whether all of the interval lies below a value; false for a single measurement.
  package func isBelow(_ value: Double) -> Bool { count > 1 && high < value }

  /// The two-sided probability of a mean so far from `value` if that were the truth, by Student's t; nil for a single
  /// measurement. It is below 0.05 where the interval leaves `value` out.
  package func significance(against value: Double) -> Double? {
    guard count > 1 else { return nil }
    let distance = (domain.stretched(mean) - domain.stretched(value)) / (domain.slope(at: mean) ?? 1)
    guard standardError > 0 else { return distance == 0 ? 1 : 0 }
    return studentTail(distance / standardError, degrees: Double(count - 1))
  }

  /// The 97.5th percentile of Student's t; beyond 30 degrees of freedom an approximation.
  private static func quantile(degrees: Int) -> Double {
    let table = [
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
      2.131,
      2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ]
    return degrees <= table.count ? table[degrees - 1] : 1.96 + 2.5 / Double(degrees)
  }
}

extension Estimate.Domain {
  /// A scale on which the domain has no ends.
  fileprivate func stretched(_ value: Double) -> Double {
    switch self {
    case .any: value
    case .positive: log(value)
    case .within(let ends): log((value - ends.lowerBound) / (ends.upperBound - value))
    }
  }

  /// The derivative of `stretched`; nil at an end and outside.
  fileprivate func slope(at value: Double) -> Double? {
    switch self {
    case .any: 1
    case .positive: value > 0 ? 1 / value : nil
    case .within(let ends):
      ends.lowerBound < value && value < ends.upperBound
        ? (ends.upperBound - ends.lowerBound) / ((value - ends.lowerBound) * (ends.upperBound - value)) : nil
    }
  }

  /// The inverse of `stretched`; `plain` is what it is where nothing is stretched, which rounding would change.
  fileprivate func restored(_ value: Double, _ plain: Double) -> Double {
    switch self {
    case .any: plain
    case .positive: exp(value)
    case .within(let ends):
      ends.lowerBound + (ends.upperBound - ends.lowerBound) / (1 + exp(-value))
    }
  }
}
