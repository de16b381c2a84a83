import SiamAugmentations
import SiamDatasets
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

/// The choices that decide what is trained, as far as they were made on the command line: what `trainingOptions` lists,
/// and `--published`.
struct TrainingOptions {
  /// Whether options not given take the values of the method's paper.
  let isPublished: Bool
  /// The time to fill; nil where epochs or a published training are asked for.
  let time: TimeBudget?
  let isTimeGiven: Bool
  /// The choices given, by option name.
  private let choices: [String: TrainingChoice]
  /// The names of the options that were given.
  var givenNames: Set<String> { Set(choices.keys) }

  init(_ arguments: inout Arguments) throws(UsageError) {
    let askedTime = try arguments.option(
      "--time", as: TimeBudget.self, otherwise: TimeBudget.standard.argument,
      help:
        "about how long the training may take; chooses the size and the atoms of patch features or the epochs of a network by "
        + "this machine's speed, and prints the command that repeats them")
    var (choices, isPublished) = ([String: TrainingChoice](), false)
    for section in TrainingOption.Section.allCases {
      arguments.section(section.rawValue)
      if section == .encoder {
        isPublished = arguments.flag("--published", help: Self.publishedHelp)
      }
      for option in trainingOptions(in: section) { choices[option.name] = try arguments.choice(of: option) }
    }
    (self.isPublished, self.choices) = (isPublished, choices)
    if askedTime != nil,
      let other = isPublished ? "--published" : choices["--epochs"].map({ _ in "--epochs" })
    {
      throw UsageError("--time and \(other) exclude each other")
    }
    time = isPublished || choices["--epochs"] != nil ? nil : askedTime ?? .standard
    isTimeGiven = askedTime != nil
    for option in given {
      if let other = option.excluded.first(where: isGiven) {
        throw UsageError("\(option.name) and \(other) exclude each other")
      }
    }
    var asked = TrainingConfiguration()
    apply(to: &asked)
    if isGiven("--warmup"), asked.warmupEpochs > 0, asked.warmupEpochs >= asked.epochs {
      throw UsageError("--warmup must be less than --epochs, \(asked.epochs)")
    }
  }

  private static let publishedHelp =
    "the paper's choices in place of the defaults below, which are for an hour of a CPU: resnet18, dimension "
    + "2048, batch 512, no warm-up; up to 64 px 800 epochs at lr 0.03, above 100 epochs at 0.05 and weight decay 0.0001"

  private var given: [TrainingOption] { trainingOptions.filter { isGiven($0.name) } }

  private func isGiven(_ name: String) -> Bool { choices[name] != nil }

  private func apply(to configuration: inout TrainingConfiguration) {
    for option in trainingOptions { choices[option.name]?.apply(&configuration) }
  }

  /// The configuration of a new run; options not given are chosen to suit the images.
  ///
  /// - Parameter beginning: that of the encoder to begin with, whose architecture is that of the run; nil for none. One that was
  ///   imported gives its size and normalisation too.
  /// - Throws: `UsageError` for choices that contradict each other.
  func configuration(
    for sample: ImageSample, from beginning: TrainingConfiguration? = nil
  ) throws(UsageError) -> TrainingConfiguration {
    var asked = TrainingConfiguration()
    apply(to: &asked)
    asked.method = try method(asked)
    let kind = asked.isPatches ? nil : asked.methodType
    var result = TrainingConfiguration(kind ?? Patches.self)
    // At equal work a network learns more from small views; what is published has the views of its paper.
    let largest = isPublished ? SuitableViews.largestSize : SuitableViews.defaultSize
    let framed = beginning.flatMap { $0.framing == nil ? nil : $0.encoder.size }
    let size = isGiven("--size") ? asked.encoder.size : framed ?? sample.views.size(atMost: largest)
    if isPublished, let kind, let published = kind.published(size: size) ?? baseMethod.published(size: size) {
      result = published
      result.method = kind.name
      kind.setDefaults(in: &result)
    }
    if asked.isBesidePatches {
      result.options[Patches.components] = .number(Double(BesidePatches.components))
    }
    result.encoder.size = size
    result.recipe = sample.views.recipe(size: size).recipe
    if let beginning, let framing = beginning.framing {
      result.recipe.normalization = beginning.recipe.normalization
      result.framing = framing.scaled(from: beginning.encoder.size, to: size)
    }
    if beginning?.imported != nil {
      // The statistics of the many images that it comes from are better than those of a batch.
      result.encoder.hasFrozenStatistics = true
      if !isGiven("--lr") { result.encoderBaseRate = TrainingConfiguration.importedRate }
    }
    apply(to: &result)
    result.method = asked.method
    for option in trainingOptions where !([option.name] + option.excluded).contains(where: isGiven) {
      option.complete?(&result)
    }
    result.options.complete(for: result.parts)
    if let beginning {
      if result.isPatches {
        throw UsageError("--from is for networks, and --method \(result.method) trains none")
      }
      let encoder = beginning.encoder
      if !isGiven("--preset") { result.encoder.preset = encoder.preset }
      if !isGiven("--width") { result.encoder.width = encoder.width }
      if !isGiven("--no-norm") { result.encoder.normalizes = encoder.normalizes }
      if let reason = result.encoder.refusal(toBeginWith: encoder) { throw UsageError("--from: \(reason)") }
    }
    if let reason = result.refusal { throw UsageError(reason) }
    if let option = given.first(where: \.needsPredictor), !(kind?.hasPredictor(result.options) ?? false) {
      throw UsageError("\(option.name): there is no predictor to train here")
    }
    return result
  }

  /// The name of the method that the choices select.
  private func method(_ asked: TrainingConfiguration) throws(UsageError) -> String {
    var chosen = TrainingConfiguration()
    if isGiven("--method") {
      chosen.method = asked.method
    } else if !isPublished, !given.contains(where: \.needsNetwork) {
      chosen.method = BesidePatches.name(defaultMethod)
    } else {
      let wantsBase = given.contains { option in
        let owners = option.owners ?? []
        return option.needsPredictor
          || owners.contains(baseMethod.name) && !owners.contains(defaultMethod.name)
      }
      let isUnpublished = isPublished && defaultMethod.published(size: 0) == nil
      chosen.method = (wantsBase || isUnpublished ? baseMethod : defaultMethod).name
    }
    let parts = chosen.parts.map { $0.name }
    for option in given {
      if let owners = option.owners, !owners.contains(where: parts.contains) {
        throw UsageError(
          "\(option.name) is an option of \(owners.joined(separator: ", ")), not of \(chosen.method)")
      }
      if option.needsNetwork, chosen.isPatches {
        throw UsageError("\(option.name) is an option of networks, and --method \(chosen.method) trains none")
      }
    }
    if isPublished, chosen.fitsPatches {
      throw UsageError("--published is for networks alone, and --method \(chosen.method) fits patches")
    }
    return chosen.method
  }

  /// The epochs that were given.
  var epochs: Int? {
    var asked = TrainingConfiguration()
    choices["--epochs"]?.apply(&asked)
    return isGiven("--epochs") ? asked.epochs : nil
  }

  /// Refuses options that differ from those of the run to be resumed, but for the epochs of a network.
  ///
  /// - Parameter images: how many the run learns from.
  func check(against run: TrainingConfiguration, images: Int) throws(UsageError) {
    for option in given where option.name != "--epochs" || run.isPatches {
      if let reason = choices[option.name]?.refusal(run, images) { throw UsageError(reason) }
    }
    if isTimeGiven, run.isPatches {
      throw UsageError("--time: the run to resume fits patch features, and keeps what was chosen for them")
    }
    if isPublished { throw UsageError("--published: the run to resume keeps its own choices") }
  }
}
