import SiamMethods
import SiamTraining

/// Watches the epochs of a training for signs that it leads nowhere, and says each once.
struct TrainingWarnings {
  private let chance: Double?
  private var said: Set<String> = []
  private var best: EpochMetrics.Accuracy?

  /// A std·√d in which the outputs have begun to gather; what is lower is a collapse, which has its own warning.
  private static let lowSpread = 0.5..<0.85
  /// Epochs and steps in which nothing is said of loss and spread: they are far from their course at first.
  private static let patience = (epochs: 3, steps: 100)

  init(_ configuration: TrainingConfiguration) {
    chance = configuration.methodType.meaning(ofLossIn: configuration).chance
  }

  /// The new warnings after an epoch.
  mutating func note(_ epoch: EpochMetrics) -> [String] {
    let before = best
    if let knn = epoch.knn, before.map({ knn.value > $0.value }) ?? true { best = knn }
    if let std = epoch.std, std < Self.lowSpread.lowerBound { return [] }
    let isEarly = epoch.epoch < Self.patience.epochs || epoch.step < Self.patience.steps
    var lines: [String] = []
    func say(_ kind: String, _ line: String) { if said.insert(kind).inserted { lines.append(line) } }
    if let loss = epoch.loss, let chance, !isEarly, loss >= chance {
      say(
        "loss",
        "epoch \(epoch.epoch): the loss, \(fixed(loss, 2)), is not below chance, \(fixed(chance, 2)): nothing is learned "
          + "yet; a lower --lr, a smaller --size or more --warmup may help")
    }
    if let std = epoch.std, !isEarly, Self.lowSpread.contains(std) {
      say(
        "std",
        "epoch \(epoch.epoch): std·√d has fallen to \(fixed(std, 2)), and should stay near 1: the outputs gather; a lower "
          + "--lr may help")
    }
    if let knn = epoch.knn, let before, knn.high < before.low {
      say(
        "knn",
        "epoch \(epoch.epoch): the online k-NN has fallen from \(fixed(100 * before.value, 1))% to "
          + "\(fixed(100 * knn.value, 1))%: the training makes the features worse; a smaller --size, a lower --lr or "
          + "another --method may help")
    }
    return lines
  }
}
