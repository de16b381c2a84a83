import Glibc
package import SiamTensors

/// Logistic regression on a few labelled rows, with probabilities that hold for rows it has not seen.
///
/// The rows are dealt to five folds, class by class, equal rows to the same one; each fold is classified by a fit to the others. What divides the logits of
/// those held out is chosen so that they are most probable (temperature scaling, Guo et al. 2017), and the penalty likewise.
package struct CalibratedClassifier: Sendable {
  private let model: LogisticRegression
  /// What the logits are divided by.
  package let temperature: Double
  /// How many of the rows held out were classified correctly.
  package let heldOut: Proportion

  private static let (folds, penalties) = (5, [1, 0.1, 0.01])
  /// From 0.05 to 20, seven to a factor of two.
  private static let temperatures = (0...60).map { 0.05 * exp2(Double($0) / 7) }

  /// - Returns: nil if no class has two rows, or there is one class only, so that nothing can be held out.
  package init?(fitting x: Tensor, labels: [Int], classes: Int) {
    precondition(x.rows == labels.count, "\(labels.count) labels for \(x.rows) rows")
    guard Set(labels).count > 1 else { return nil }
    let folds = Self.folds(x, labels, classes)
    var best: (loss: Double, penalty: Double, temperature: Double, right: Int, total: Int)?
    for penalty in Self.penalties {
      let held = Self.heldOut(x, labels, classes, folds, penalty: penalty)
      guard !held.isEmpty else { return nil }
      let right = held.count { row in
        row.logits.indices.allSatisfy { row.logits[$0] <= row.logits[row.label] }
      }
      for temperature in Self.temperatures {
        let loss = held.reduce(0) { $0 - log(max(1e-12, softmax($1.logits, temperature)[$1.label])) }
        if loss < best?.loss ?? .infinity { best = (loss, penalty, temperature, right, held.count) }
      }
    }
    guard let best else { return nil }
    model = LogisticRegression(fitting: x, labels: labels, classes: classes, penalty: best.penalty)
    (temperature, heldOut) = (best.temperature, Proportion(best.right, of: best.total))
  }

  /// The most probable class of each row, and its probability.
  package func predictions(_ x: Tensor) -> [(label: Int, probability: Double)] {
    var result: [(label: Int, probability: Double)] = []
    model.logits(x).forEachRow { _, row in
      let probabilities = softmax(row.indices.map { Double(row[$0]) }, temperature)
      let best = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
      result.append((best, probabilities[best]))
    }
    return result
  }

  private static func folds(_ x: Tensor, _ labels: [Int], _ classes: Int) -> [Int] {
    var folds = [Int](repeating: 0, count: labels.count)
    // A row held out would be known by its copies.
    var first: [[Float]: Int] = [:]
    var originals: [Int] = []
    x.forEachRow { index, row in
      let values = row.indices.map { row[$0] }
      originals.append(first[values] ?? index)
      first[values] = first[values] ?? index
    }
    for label in 0..<classes {
      let members = labels.indices.filter { labels[$0] == label && originals[$0] == $0 }
      var generator = CounterGenerator(0x666F_6C64, UInt64(label))
      for (place, member) in chosen(members.count, of: members.count, using: &generator).enumerated() {
        folds[members[member]] = (place + label) % Self.folds
      }
    }
    return originals.map { folds[$0] }
  }

  /// The logits of each row by a fit without its fold, of rows whose class is in that fit.
  private static func heldOut(
    _ x: Tensor, _ labels: [Int], _ classes: Int, _ folds: [Int], penalty: Double
  ) -> [(label: Int, logits: [Double])] {
    var held: [(label: Int, logits: [Double])] = []
    for fold in 0..<Self.folds {
      let rest = folds.indices.filter { folds[$0] != fold }
      let known = Set(rest.map { labels[$0] })
      let asked = folds.indices.filter { folds[$0] == fold && known.contains(labels[$0]) }
      if asked.isEmpty || known.count < 2 { continue }
      let model = LogisticRegression(
        fitting: x.rows(at: rest), labels: rest.map { labels[$0] }, classes: classes, penalty: penalty)
      model.logits(x.rows(at: asked)).forEachRow { row, logits in
        held.append((labels[asked[row]], logits.indices.map { Double(logits[$0]) }))
      }
    }
    return held
  }
}

private func softmax(_ logits: [Double], _ temperature: Double) -> [Double] {
  let highest = logits.max() ?? 0
  let powers = logits.map { exp(($0 - highest) / temperature) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
