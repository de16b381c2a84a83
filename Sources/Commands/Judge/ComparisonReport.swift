import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamImages
import SiamTraining

extension Comparison {
  /// What `siam eval --json` prints.
  struct Report: Encodable {
    struct Side: Encodable {
      let root: String
      let images, bad: Int
      let classes: [String]

      init(_ store: ImageStore, count: Int) {
        (root, images, bad) = (store.folder.root, count, store.bad.count)
        classes = store.classesInUse
      }

      enum CodingKeys: String, CodingKey {
        case root, bad, classes
        case images = "pictures"
      }
    }

    struct Accuracy: Encodable {
      /// From 0 to 1.
      let value, low, high: Double
      let right, total: Int

      init(_ accuracy: Proportion) {
        (value, right, total) = (accuracy.value, accuracy.successes, accuracy.total)
        (low, high) = (accuracy.interval.lowerBound, accuracy.interval.upperBound)
      }
    }

    struct Score: Encodable {
      let k: Int
      let accuracy: Accuracy
      let perClass: [String: Accuracy]

      enum CodingKeys: String, CodingKey {
        case k, accuracy
        case perClass = "per_class"
      }
    }

    struct Probe: Encodable {
      let accuracy: Accuracy
      let penalty: Double
    }

    struct Shots: Encodable {
      let shots: Int
      /// From 0 to 1.
      let mean, low, high: Double
      let accuracies: [Double]

      init(_ few: FewShots) {
        let estimate = Estimate(few.accuracies)
        (shots, accuracies) = (few.shots, few.accuracies)
        (mean, low, high) = (estimate.mean, estimate.low, estimate.high)
      }
    }

    struct Row: Encodable {
      let features, readOut: String
      let dimension: Int
      let scores: [Score]
      let probe: Probe?
      let shots: [Shots]?

      enum CodingKeys: String, CodingKey {
        case features, dimension, scores, probe, shots
        case readOut = "read_out"
      }
    }

    /// One row less another over the same queries, from −1 to 1, and McNemar's exact p.
    struct Difference: Encodable {
      let features, than: String
      let k: Int
      let value, low, high, p: Double

      init(_ difference: PairedDifference) {
        (features, than, k) = (difference.row.name, difference.baseline.name, difference.k)
        let interval = difference.pair.interval
        (value, low, high) = (difference.pair.difference, interval.lowerBound, interval.upperBound)
        p = difference.pair.significance
      }
    }

    let bank, queries: Side
    let heldOut: Bool
    /// Queries left out since the bank has their pixels.
    let copiesLeftOut: Int
    let normalization: String
    let temperature: Double
    let unknownClasses: [String]
    let rows: [Row]
    let differences: [Difference]

    enum CodingKeys: String, CodingKey {
      case bank, queries, normalization, temperature, rows, differences
      case heldOut = "held_out"
      case copiesLeftOut = "copies_left_out"
      case unknownClasses = "unknown_classes"
    }
  }

  /// The whole comparison as JSON.
  var report: Report {
    let classes = train.folder.classes
    return Report(
      bank: .init(train, count: evaluation.bank.count),
      queries: .init(test ?? train, count: evaluation.queries.count),
      heldOut: test == nil, copiesLeftOut: sides.copies, normalization: normalization.written,
      temperature: temperature,
      unknownClasses: unknownClasses,
      rows: rows.map { row in
        Report.Row(
          features: row.encoder, readOut: row.readOut, dimension: row.dimension,
          scores: row.scores.map { score in
            Report.Score(
              k: score.vote.k, accuracy: .init(score.accuracy),
              perClass: Dictionary(
                zip(classes, score.perClass).filter { $0.1.total > 0 }.map { ($0, .init($1)) },
                uniquingKeysWith: { first, _ in first }))
          }, probe: row.probe.map { .init(accuracy: .init($0.accuracy), penalty: $0.penalty) },
          shots: row.shots.isEmpty ? nil : row.shots.map(Report.Shots.init))
      }, differences: differences.map(Report.Difference.init))
  }
}

/// What `siam eval --json` prints: a comparison by k-NN, if there are classes, and the same features by view retrieval.
struct Judgement: Encodable {
  let comparison: Comparison.Report?
  let retrieval: RetrievalComparison.Report?

  private enum CodingKeys: String, CodingKey { case retrieval }

  func encode(to encoder: any Encoder) throws {
    try comparison?.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(retrieval, forKey: .retrieval)
  }
}
