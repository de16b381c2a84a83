/// Probabilities corrected for so many tests: below 0.05 where a test still holds with at most one false alarm in twenty
/// among all of them together.
///
/// Source: Holm (1979), "A simple sequentially rejective multiple test procedure".
func holmCorrected(_ significances: [Double]) -> [Double] {
  let order = significances.indices.sorted { significances[$0] < significances[$1] }
  var (corrected, largest) = (significances, 0.0)
  for (place, index) in order.enumerated() {
    largest = max(largest, min(1, Double(order.count - place) * significances[index]))
    corrected[index] = largest
  }
  return corrected
}

extension [Finding] {
  /// The same findings where each verdict that Holm's correction over all of them does not leave is unclear.
  var corrected: [Finding] {
    let tested = indices.filter { self[$0].significance != nil }
    var result = self
    for (index, value) in zip(tested, holmCorrected(tested.compactMap { self[$0].significance })) {
      result[index].corrected = value
      if value >= 0.05 { result[index].verdict = .unclear }
    }
    return result
  }
}
