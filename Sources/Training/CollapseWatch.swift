package import SiamFeatures

/// Watches the gauges of a training and reports, once for each kind, that its features have collapsed.
///
/// A single measurement proves nothing: a kind counts after `patience` consecutive ones, and none before the first
/// epoch or hundred steps, when the network has hardly changed. Ranks are compared with that of the first step's outputs,
/// which the untrained network made.
package struct CollapseWatch: Sendable {
  /// The number of consecutive measurements that make a finding.
  package static let patience = 5
  private let start: Int
  private var last = CollapseDiagnosis.none
  private var looks = 0
  /// The effective rank of the first step's outputs.
  package var firstRank: Double?
  /// The kinds found so far, in order.
  package private(set) var found: [CollapseDiagnosis] = []

  /// Creates a watch without measurements.
  package init(stepsPerEpoch: Int) { start = max(20, min(100, stepsPerEpoch)) }

  /// Adds a measurement after a number of steps; returns a kind when it is found for the first time.
  package mutating func note(_ gauges: CollapseGauges, step: Int) -> CollapseDiagnosis? {
    if step <= 1 { firstRank = gauges.effectiveRank }
    guard step >= start else { return nil }
    let kind = gauges.diagnosis(first: firstRank)
    looks = kind == last ? looks + 1 : 1
    last = kind
    guard kind == .total || kind == .dimensional, looks >= Self.patience, !found.contains(kind) else {
      return nil
    }
    found.append(kind)
    return kind
  }
}
