import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The texts that a training prints.
struct TrainingReport {
  let configuration: TrainingConfiguration
  let stepsPerEpoch: Int

  init(_ configuration: TrainingConfiguration, stepsPerEpoch: Int) {
    (self.configuration, self.stepsPerEpoch) = (configuration, stepsPerEpoch)
  }

  init(_ trainer: Trainer) {
    self.init(trainer.configuration, stepsPerEpoch: trainer.stepsPerEpoch)
  }

  /// The summary printed before patch features are fitted.
  static func beginning(ofPatches configuration: TrainingConfiguration, images: Int) -> [String] {
    let patches = PatchConfiguration(configuration)
    let alone = configuration.isPatches ? "no network, no gradient descent" : "no gradient descent"
    return [
      "\(Patches.title), in closed form: \(alone); --method \(defaultMethod.name) or \(baseMethod.name) "
        + "trains a network alone",
      "squares of \(patches.size)x\(patches.size), patches of \(patches.patch)x\(patches.patch), up to "
        + "\(patches.atoms) atoms, vectors of \(patches.components) numbers",
      "fitted to \(count(min(patches.images, images), "picture")), seed \(configuration.seed), "
        + "\(count(threadCount, "thread")) (\(kernelVariant))",
    ] + [threadLimitation].compactMap(\.self)
  }

  /// The summary printed before the training.
  func beginning(parameters: Int) -> [String] {
    let encoder = configuration.encoder
    let millions = fixed(Double(parameters) / 1e6, 2)
    return [
      "\(configuration.title) on \(encoder.preset.rawValue), width \(encoder.width), \(millions) million parameters in all",
      "views of \(encoder.size)x\(encoder.size) by the recipe \(configuration.recipe.name)",
      "loss: \(lossMeaning)",
      "\(count(configuration.epochs, "epoch")) of \(count(stepsPerEpoch, "step")), batch "
        + "\(configuration.batch), rate \(configuration.rate.argument), seed \(configuration.seed), "
        + "\(count(threadCount, "thread")) (\(kernelVariant))",
    ] + [threadLimitation].compactMap(\.self)
  }

  /// "begins with the network of runs/first: simclr, 40 epochs".
  static func origin(_ from: RunRecord.Origin) -> String {
    let epochs = from.epochs > 0 ? ", " + count(from.epochs, "epoch") : ""
    return
      "begins with the network of \(printable(from.path)): \(from.method)\(epochs); projector and predictor are drawn "
      + "anew"
  }

  /// "negative cosine, -1 at best, about 0 by chance".
  private var lossMeaning: String {
    let meaning = configuration.methodType.meaning(ofLossIn: configuration)
    let chance = meaning.chance.map { ", about \($0.argument == "0" ? "0" : fixed($0, 2)) by chance" } ?? ""
    return "\(meaning.name), \(meaning.best.argument) at best\(chance)"
  }

  /// The live line, shortened on a narrow terminal.
  func live(_ state: TrainingState, width: Int) -> String {
    let step = min(state.step - state.epoch * stepsPerEpoch, stepsPerEpoch)
    let isWide = width >= 104
    var parts = [
      (isWide ? "epoch " : "") + "\(state.epoch + 1)/\(configuration.epochs)",
      (isWide ? "step " : "") + "\(step)/\(stepsPerEpoch)", "loss \(fixed(state.loss, isWide ? 4 : 2))",
    ]
    if let gauges = state.gauges {
      parts.append("std \(fixed(gauges.spread, 2))")
      parts.append("rank \(fixed(gauges.effectiveRank, isWide ? 1 : 0))")
    }
    if let knn = state.knn { parts.append("knn \(fixed(100 * knn.value, 1))" + (isWide ? "%" : "")) }
    if let found = state.retrieval {
      parts.append((isWide ? "retrieval " : "retr ") + fixed(100 * found.value, 1) + (isWide ? "%" : ""))
    }
    if let speed = state.imagesPerSecond { parts.append("\(fixed(speed, 0))/s") }
    parts.append((isWide ? "wait" : "w") + " \(fixed(100 * state.waiting, 0))%")
    if let left = state.secondsLeft { parts.append("\(timeText(left)) left") }
    return parts.joined(separator: isWide ? "  " : " ")
  }

  /// The line of a finished epoch.
  func ended(_ epoch: EpochMetrics) -> String {
    var parts: [String] = []
    func add(_ name: String, _ value: Double?, _ places: Int) {
      if let value { parts.append("\(name) \(fixed(value, places))") }
    }
    add("loss", epoch.loss, 4)
    add("std", epoch.std, 2)
    add("rank", epoch.rank, 1)
    if let knn = epoch.knn { parts.append("knn \(Self.percent(knn))") }
    if let found = epoch.retrieval { parts.append("retrieval \(Self.percent(found))") }
    if let speed = epoch.imagesPerSecond { parts.append("\(fixed(speed, 0)) pictures/s") }
    if let waiting = epoch.waiting { parts.append("waiting \(fixed(100 * waiting, 0))%") }
    if let seconds = epoch.seconds {
      parts.append(seconds < 10 ? "\(fixed(seconds, 1)) s" : timeText(seconds))
    }
    return "epoch \(epoch.epoch)/\(configuration.epochs): " + parts.joined(separator: ", ")
  }

  /// The line of fitted patch features.
  static func fitted(_ metrics: EpochMetrics) -> String {
    var parts: [String] = []
    if let std = metrics.std { parts.append("std \(fixed(std, 2))") }
    if let rank = metrics.rank { parts.append("rank \(fixed(rank, 1))") }
    if let knn = metrics.knn { parts.append("knn \(percent(knn))") }
    if let found = metrics.retrieval { parts.append("retrieval \(percent(found))") }
    if let seconds = metrics.seconds { parts.append(timeText(seconds)) }
    return "fitted: " + parts.joined(separator: ", ")
  }

  /// The reason why a training on these images has no online k-NN.
  static func withoutKNN(_ store: ImageStore) -> String {
    switch store.classesInUse.count {
    case 0: "no class folders: training goes without k-NN"
    case 1: "one class only: training goes without k-NN"
    default: "fewer than 10 pictures: training goes without online k-NN"
    }
  }

  /// The live line while the baselines are measured.
  static func measuring(_ done: Int, of total: Int) -> String {
    "measuring raw pixels and the untrained encoder: \(done) of \(total) pictures"
  }

  /// The lines of the baselines before the training.
  static func baselines(_ measure: OnlineMeasure, _ before: EpochMetrics) -> [String] {
    let rule: String
    switch measure {
    case .knn(let knn):
      let (bank, queries) = (knn.split.bank.count, knn.split.queries.count)
      rule =
        "online k-NN: \(queries) training pictures by \(bank) others, k \(knn.vote.k), "
        + "T \(knn.vote.temperature.argument)"
    case .retrieval(let retrieval):
      rule =
        "view retrieval: how often a random view of a picture has its own as the nearest of "
        + "\(retrieval.images.count)"
    }
    let (raw, untrained) = (before.rawKnn ?? before.rawRetrieval, before.knn ?? before.retrieval)
    let texts = [raw.map { "raw pixels \(percent($0))" }, untrained.map { "untrained \(percent($0))" }]
    return [rule, "before the training: " + texts.compactMap(\.self).joined(separator: ", ")]
  }

  /// The line about an image that could not be read again; nil after many of them.
  func lost(_ path: String, _ reason: String, number: Int) -> String? {
    switch number {
    case ...20: "\(printable(path)): \(reason); left out from here on, another picture takes its place"
    case 21: "more pictures cannot be read again; skipped.txt in the run folder lists them all"
    default: nil
    }
  }

  /// The warning about a collapse, with advice.
  func warning(_ collapse: Collapse) -> String {
    let gauges = collapse.gauges
    var advice: [String] = []
    for option in configuration.methodType.options {
      if option.endangers, configuration.options.flag(option) {
        advice.append("leave --\(option.name) out")
      }
    }
    if configuration.initializer == .zero { advice.append("another --init") }
    if !configuration.encoder.normalizes { advice.append("leave --no-norm out") }
    if !configuration.constantPredictorRate { advice.append("--predictor-schedule constant") }
    advice.append("a lower --lr than \(configuration.baseRate.argument)")
    switch collapse.kind {
    case .total:
      if configuration.warmupEpochs == 0 { advice.append("some epochs of --warmup") }
      advice.append("a lower --weight-decay than \(configuration.weightDecay.argument)")
      return "collapse (total): all pictures get nearly the same output, std·√d is "
        + "\(fixed(gauges.spread, 3)) instead of about 1; try \(advice.joined(separator: ", or "))"
    default:
      advice.append("a stronger --recipe")
      if configuration.batch < 256 { advice.append("a larger --batch") }
      let before = collapse.firstRank.map { ", \(fixed($0, 1)) before the training" } ?? ""
      return "collapse (dimensional): the outputs vary along few directions, effective rank "
        + "\(fixed(gauges.effectiveRank, 1)) in \(gauges.dimension) dimensions\(before); try \(advice.joined(separator: ", or "))"
    }
  }

  private static func percent(_ accuracy: EpochMetrics.Accuracy) -> String {
    "\(fixed(100 * accuracy.value, 1))% [\(fixed(100 * accuracy.low, 1)), \(fixed(100 * accuracy.high, 1))]"
  }
}

/// What the live line shows.
struct TrainingState {
  var step = 0
  /// Counted from 0.
  var epoch = 0
  var loss = 0.0
  var gauges: CollapseGauges?
  var knn, retrieval: EpochMetrics.Accuracy?
  var imagesPerSecond: Double?
  /// The share of the epoch's time spent on views.
  var waiting = 0.0
  var secondsLeft: Double?
}
