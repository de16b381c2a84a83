import SiamFeatures
import SiamFiles

/// The accuracy of one kind of features less that of another, with the same seeds and on the same queries, in percentage points.
struct PairedAccuracy: Sendable, Encodable, Measured {
  /// With its interval over the seeds.
  let overSeeds: Estimate
  /// The ends of the interval over seeds and queries; it supposes that both are drawn at random, and the bank is given.
  let low, high: Double
  /// The seeds for which McNemar's test tells the two apart, at 0.05.
  let distinct: Int
  private let error, degrees: Double

  private enum CodingKeys: String, CodingKey { case overSeeds, low, high, distinct }

  /// The variance over the queries of the mean over seeds is added to the variance over the seeds of the mean over
  /// queries. Degrees of freedom are Satterthwaite's. Source: Owen (2007), "The pigeonhole bootstrap", section 4, where
  /// the sum is shown to be on the safe side.
  ///
  /// - Precondition: as many seeds on both sides, at least one, and as many queries.
  init(_ first: [Answers], minus second: [Answers]) {
    precondition(first.count == second.count && !first.isEmpty, "other seeds")
    let pairs = zip(first, second).map { PairedProportion($0, minus: $1) }
    overSeeds = Estimate(pairs.map { 100 * $0.difference })
    distinct = pairs.count { $0.significance < 0.05 }
    let (seeds, queries) = (Double(first.count), first[0].right.count)
    var squares = 0.0
    for query in 0..<queries {
      var sum = 0.0
      for (a, b) in zip(first, second) { sum += (a.right[query] ? 1 : 0) - (b.right[query] ? 1 : 0) }
      let away = 100 * sum / seeds - overSeeds.mean
      squares += away * away
    }
    let ofQueries = squares / Double(max(1, queries - 1)) / Double(queries)
    let ofSeeds = overSeeds.standardError * overSeeds.standardError
    error = (ofSeeds + ofQueries).squareRoot()
    degrees =
      ofSeeds > 0
      ? (ofSeeds + ofQueries) * (ofSeeds + ofQueries)
        / (ofSeeds * ofSeeds / (seeds - 1) + ofQueries * ofQueries / Double(max(1, queries - 1)))
      : Double(max(1, queries - 1))
    let half = studentQuantile(degrees: degrees) * error
    (low, high) = (overSeeds.mean - half, overSeeds.mean + half)
  }

  var mean: Double { overSeeds.mean }
  /// Nil for one seed: queries say nothing of other trainings.
  var interval: ClosedRange<Double>? { overSeeds.count > 1 ? low...high : nil }

  func significance(against value: Double) -> Double? {
    guard overSeeds.count > 1 else { return nil }
    guard error > 0 else { return mean == value ? 1 : 0 }
    return studentTail((mean - value) / error, degrees: degrees)
  }

  /// "+1.4 [-0.3, 3.1]", over seeds and queries.
  var text: String {
    "\(mean < 0 ? "" : "+")\(decimal(mean, places: 1)) [\(decimal(low, places: 1)), \(decimal(high, places: 1))]"
  }
}
