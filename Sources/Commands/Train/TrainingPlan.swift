import SiamDatasets
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

/// What is chosen so that a training fits into a time. The clock decides only here: what was chosen is recorded, and gives
/// the same bits again.
struct TrainingPlan {
  /// The options that say what was chosen.
  private(set) var choices: [String] = []
  /// The lines to print.
  private(set) var lines: [String] = []

  /// Chooses how patch features are fitted, before the pictures are read.
  ///
  /// - Parameters:
  ///   - suitable: the side of the pictures in pixels, see `SuitableViews.size`.
  mutating func choosePatches(
    in configuration: inout TrainingConfiguration, images: Int, suitable: Int, within time: TimeBudget,
    given: Set<String>
  ) {
    let plan = PatchPlan(
      for: images, suitable: suitable, within: Double(time.seconds), configuration, fixed: given,
      secondsPerProduct: PatchPlan.measuredSecondsPerProduct())
    plan.apply(to: &configuration)
    let all = [
      ("--method", Patches.name), ("--size", "\(plan.size)"), ("--scales", "\(plan.scales)"),
      ("--atoms", "\(plan.atoms)"),
    ]
    choices = all.filter { !given.contains($0.0) }.flatMap { [$0.0, $0.1] }
    lines.append(expectation(plan.seconds, within: time))
  }

  /// Chooses the epochs of a network by some steps of it.
  ///
  /// - Returns: the training with so many epochs.
  /// - Throws: `ImageError`, `Diverged`.
  mutating func chooseEpochs(
    of trainer: Trainer, within time: TimeBudget, given: Set<String>
  ) throws -> Trainer {
    let step = try trainer.measuredSecondsPerStep()
    let epoch = step * Double(trainer.stepsPerEpoch)
    var configuration = trainer.configuration
    configuration.setEpochs(max(1, Int(Self.share * Double(time.seconds) / epoch)))
    let seconds = epoch * Double(configuration.epochs) / Self.share
    let all = [
      ("--method", configuration.method), ("--size", "\(configuration.encoder.size)"),
      ("--epochs", "\(configuration.epochs)"),
    ]
    choices = all.filter { !given.contains($0.0) }.flatMap { [$0.0, $0.1] }
    let speed = Double(trainer.loader.batch) / step
    lines.append(expectation(seconds, within: time) + ", at \(fixed(speed, 0)) pictures/s")
    return Trainer(configuration, store: trainer.loader.store)
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

  private func expectation(_ seconds: Double, within time: TimeBudget) -> String {
    let expected = "expected to take \(timeText(seconds)) of --time \(time.argument)"
    return seconds <= Double(time.seconds) ? expected : expected + ", which is the least there is"
  }

  /// The command that repeats the run bit for bit: the words of this one, with what was chosen in place of a time.
  func repeating(_ words: [String]) -> String {
    var kept: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--time" { _ = rest.popFirst() } else if !word.hasPrefix("--time=") { kept.append(word) }
    }
    // A word that begins with a dash and was understood is an option, not a name.
    let options = /--?[a-z0-9-]+(=[A-Za-z0-9.,-]*)?/
    let words = (kept + choices).map { $0.wholeMatch(of: options) == nil ? shellWord($0) : $0 }
    return "the same again: siam " + words.joined(separator: " ")
  }
}
