import SiamFiles

/// The mean of independent measurements, with its interval.
package struct Estimate: Sendable, Equatable, Encodable {
  /// The number of measurements.
  package let count: Int
  /// Their arithmetic mean.
  package let mean: Double
  /// The ends of the mean's 95 % interval by Student's t; both the mean for a single measurement, which has no interval.
  package let low, high: Double
  /// The smallest and the largest measurement.
  package let smallest, largest: Double

  /// - Precondition: at least one value.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "no measurements")
    count = values.count
    (smallest, largest) = (values.min() ?? .nan, values.max() ?? .nan)
    mean = values.reduce(0, +) / Double(values.count)
    guard values.count > 1 else {
      (low, high) = (mean, mean)
      return
    }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    let half = Self.quantile(degrees: values.count - 1) * error
    (low, high) = (mean - half, mean + half)
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
