package import SiamFeatures

/// Follows the gauges of a training and says, once for each kind, that its features have collapsed.
///
/// One look proves nothing: a kind counts when `patience` looks in a row show it, and none counts before the first
/// epoch or hundred steps, when a network has hardly moved. A rank is held against that of the first step's outputs,
/// which the untrained network made.
package struct CollapseWatch: Sendable {
  /// The looks in a row that make a finding.
  package static let patience = 5
  private let start: Int
  private var last = CollapseDiagnosis.none
  private var looks = 0
  /// The effective rank of the first step's outputs.
  package var firstRank: Double?
  /// What was found so far, in order.
  package private(set) var found: [CollapseDiagnosis] = []

  /// A watch that has seen nothing yet.
  package init(stepsPerEpoch: Int) { start = max(20, min(100, stepsPerEpoch)) }

  /// Notes a look after that many steps; returns a kind when it is found for the first time.
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
