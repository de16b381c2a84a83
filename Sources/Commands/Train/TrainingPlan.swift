import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

/// What is chosen so that a training fits into a time. The clock decides only here: what was chosen is recorded, and gives
/// the same bits again.
struct TrainingPlan {
  let time: TimeBudget
  /// The names of the options that were given.
  let given: Set<String>
  /// The options that say what was chosen.
  private var choices: [(name: String, value: String)] = []
  /// What patch features are expected to take, and all of it.
  private var (patchSeconds, seconds) = (0.0, 0.0)
  /// Pictures a second of the network's steps.
  private var speed: Double?

  init(within time: TimeBudget, given: Set<String>) { (self.time, self.given) = (time, given) }

  /// Chooses how patch features are fitted, before the pictures are read. Beside a network they have half of the time.
  ///
  /// - Parameters:
  ///   - suitable: the side of the pictures in pixels, see `SuitableViews.size`.
  ///   - kept: the names of options that stay as they are in the configuration, beside those given.
  mutating func choosePatches(
    in configuration: inout TrainingConfiguration, images: Int, suitable: Int, keeping kept: Set<String> = []
  ) {
    let isAlone = configuration.isPatches
    let plan = PatchPlan(
      for: images, suitable: suitable, within: Double(time.seconds) * (isAlone ? 1 : 0.5), configuration,
      fixed: given.union(kept), secondsPerProduct: PatchPlan.measuredSecondsPerProduct())
    plan.apply(to: &configuration)
    (patchSeconds, seconds) = (plan.seconds, plan.seconds)
    choices = [
      ("--method", configuration.method), ("--size", "\(configuration.encoder.size)"),
      ("--scales", "\(plan.scales)"), ("--atoms", "\(plan.atoms)"),
    ]
    if !isAlone { choices.append(("--square", "\(plan.size)")) }
  }

  /// Chooses the epochs of a network by some steps of it; beside patch features it has the time that they leave.
  ///
  /// - Returns: the training with so many epochs; nil where not one fits in beside patch features.
  /// - Throws: `ImageError`, `Diverged`.
  mutating func chooseEpochs(of trainer: Trainer, in configuration: inout TrainingConfiguration) throws
    -> Trainer?
  {
    let step = try trainer.measuredSecondsPerStep()
    let epoch = step * Double(trainer.stepsPerEpoch)
    let fitting = Int(Self.share * (Double(time.seconds) - patchSeconds) / epoch)
    if configuration.isBesidePatches, fitting < 1 { return nil }
    configuration.setEpochs(max(1, min(Self.mostEpochs, fitting)))
    seconds = patchSeconds + epoch * Double(configuration.epochs) / Self.share
    speed = Double(trainer.loader.batch) / step
    if !configuration.isBesidePatches {
      choices = [("--method", configuration.method), ("--size", "\(configuration.encoder.size)")]
    }
    choices.append(("--epochs", "\(configuration.epochs)"))
    return Trainer(configuration, store: trainer.loader.store, from: trainer.beginning)
  }

  /// The most epochs that are chosen: more gain nothing on a few thousand pictures.
  private static let mostEpochs = 200

  /// The line about the time.
  var expectation: String {
    let expected = "expected to take \(timeText(seconds)) of --time \(time.argument)"
    return (seconds <= Double(time.seconds) ? expected : expected + ", which is the least there is")
      + (speed.map { ", at \(fixed($0, 0)) pictures/s" } ?? "")
  }

  /// A training with as many more epochs as fit into a time; one of which every step was taken begins a new one.
  static func extended(_ trainer: Trainer, within time: TimeBudget) throws -> Trainer {
    var result = trainer
    result.change(epochs: max(trainer.configuration.epochs, trainer.epoch + 1))
    let epoch = try result.measuredSecondsPerStep() * Double(trainer.stepsPerEpoch)
    let done = Double(trainer.step) / Double(trainer.stepsPerEpoch)
    result.change(epochs: max(trainer.epoch + 1, Int(done + share * Double(time.seconds) / epoch)))
    return result
  }

  /// The share of the time that steps take; the rest goes into gauges, k-NN and checkpoints.
  private static let share = 0.9

  /// The command that repeats the run bit for bit: the words of this one, with what was chosen in place of a time.
  func repeating(_ words: [String]) -> String {
    var kept: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--time" { _ = rest.popFirst() } else if !word.hasPrefix("--time=") { kept.append(word) }
    }
    // A word that begins with a dash and was understood is an option, not a name.
    let options = /--?[a-z0-9-]+(=[A-Za-z0-9.,-]*)?/
    let chosen = choices.filter { !given.contains($0.name) }.flatMap { [$0.name, $0.value] }
    let words = (kept + chosen).map { $0.wholeMatch(of: options) == nil ? shellWord($0) : $0 }
    return "the same again: siam " + words.joined(separator: " ")
  }
}
