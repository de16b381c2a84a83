import SiamTensors

/// What a linear classifier makes of features: multinomial logistic regression, fitted to the bank and asked the queries.
///
/// The penalty is the one of `penalties` that does best on a fifth of the bank, held out at random but always the same, when it
/// is fitted to the rest; the classifier is then fitted to all of the bank.
package struct LinearProbe: Sendable, Equatable {
  package let accuracy: Proportion
  /// What was chosen.
  package let penalty: Double

  /// From the strongest on, half a power of ten apart.
  package static let penalties = [10, 3.16, 1, 0.316, 0.1, 0.0316, 0.01, 0.00316, 0.001, 0.000316, 0.0001]

  /// - Parameter progress: called before each fit; may throw to stop.
  /// - Throws: `FeatureError` without labels or rows, and what `progress` throws.
  package init(_ data: LinearData, progress: () throws -> Void = {}) throws {
    var generator = CounterGenerator(0x7072_6F62)
    let order = chosen(data.labels.count, of: data.labels.count, using: &generator)
    let held = order[..<max(1, order.count / 5)].sorted()
    let rest = order[held.count...].sorted()
    var (penalty, best) = (Self.penalties[0], -1)
    if !rest.isEmpty {
      let (x, asked) = (data.bank.rows(at: rest), data.bank.rows(at: held))
      let (labels, truth) = (rest.map { data.labels[$0] }, held.map { data.labels[$0] })
      var (model, worse): (LogisticRegression?, Int) = (nil, 0)
      for candidate in Self.penalties {
        try progress()
        let fitted = LogisticRegression(
          fitting: x, labels: labels, classes: data.classes, penalty: candidate, from: model,
          tolerance: 1e-4)
        let right = zip(fitted.predictions(asked), truth).count { $0 == $1 }
        // Of equally good ones the strongest.
        (best, penalty, worse) = right > best ? (right, candidate, 0) : (best, penalty, worse + 1)
        // Weaker ones take ever more steps, and only fit the rest better.
        if worse == 3 { break }
        model = fitted
      }
    }
    try progress()
    let model = LogisticRegression(
      fitting: data.bank, labels: data.labels, classes: data.classes, penalty: penalty)
    (accuracy, self.penalty) = (data.accuracy(of: model), penalty)
  }
}

/// What linear classifiers make of features when only a few rows of the bank have labels: ten draws at random.
package struct FewShots: Sendable, Equatable {
  /// The rows of each class, or all that a smaller class has.
  package let shots: Int
  /// The accuracy of each draw, 0...1.
  package let accuracies: [Double]

  package static let draws = 10
  /// Any penalty from 0.01 to 3 did as well, on held-out training pictures.
  package static let penalty = 0.1

  package init(_ shots: Int, _ data: LinearData, progress: () throws -> Void = {}) throws {
    self.shots = shots
    var accuracies: [Double] = []
    for draw in 0..<Self.draws {
      try progress()
      let rows = Self.rows(shots, draw: draw, labels: data.labels, classes: data.classes)
      let model = LogisticRegression(
        fitting: data.bank.rows(at: rows), labels: rows.map { data.labels[$0] }, classes: data.classes,
        penalty: Self.penalty)
      accuracies.append(data.accuracy(of: model).value)
    }
    self.accuracies = accuracies
  }

  /// The rows of a draw, class by class: the same for all features.
  package static func rows(_ shots: Int, draw: Int, labels: [Int], classes: Int) -> [Int] {
    var members = [[Int]](repeating: [], count: classes)
    for (row, label) in labels.enumerated() { members[label].append(row) }
    return members.enumerated().flatMap { label, rows in
      var generator = CounterGenerator(0x7368_6F74, UInt64(shots), UInt64(draw), UInt64(label))
      return chosen(min(shots, rows.count), of: rows.count, using: &generator).map { rows[$0] }
    }
  }
}

/// Bank and queries as linear classifiers see them.
package struct LinearData: Sendable {
  let bank, queries: Tensor
  /// The classes of the bank's rows, and of the queries; -1 for a class that the bank lacks.
  let labels, truth: [Int]
  let classes: Int

  /// - Throws: `FeatureError` without labels or rows.
  package init(bank: FeatureTable, queries: FeatureTable) throws(FeatureError) {
    guard bank.dimension == queries.dimension else {
      throw .dimensions(queries: queries.dimension, bank: bank.dimension)
    }
    if let row = bank.firstRowNotFinite ?? queries.firstRowNotFinite { throw .notFinite(row: row) }
    let matched = try Labelling(queries).matched(to: Labelling(bank))
    let directions = CentredDirections(of: bank)
    (self.bank, self.queries) = (directions(bank), directions(queries))
    (labels, truth, classes) = (matched.bank, matched.queries, matched.classes)
    guard !labels.isEmpty else { throw .empty("bank") }
  }

  func accuracy(of model: LogisticRegression) -> Proportion {
    Proportion(zip(model.predictions(queries), truth).count { $0 == $1 }, of: truth.count)
  }
}
