import SiamDatasets
import SiamMethods
import SiamNeuralNetworks

/// The choices that decide what is trained, as far as they were made on the command line: what `trainingOptions` lists,
/// and `--published`.
struct TrainingOptions {
  /// Whether options not given take the values of the method's paper.
  let isPublished: Bool
  /// The choices given, by option name.
  private let choices: [String: TrainingChoice]

  init(_ arguments: inout Arguments) throws(UsageError) {
    var (choices, isPublished) = ([String: TrainingChoice](), false)
    for section in TrainingOption.Section.allCases {
      arguments.section(section.rawValue)
      if section == .encoder {
        isPublished = arguments.flag("--published", help: Self.publishedHelp)
      }
      for option in trainingOptions(in: section) { choices[option.name] = try arguments.choice(of: option) }
    }
    (self.isPublished, self.choices) = (isPublished, choices)
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
  /// - Throws: `UsageError` for choices that contradict each other.
  func configuration(for sample: ImageSample) throws(UsageError) -> TrainingConfiguration {
    var asked = TrainingConfiguration()
    apply(to: &asked)
    let kind = try method(asked)
    let size = isGiven("--size") ? asked.encoder.size : sample.views.size()
    var result = TrainingConfiguration(kind)
    if isPublished, let published = kind.published(size: size) ?? baseMethod.published(size: size) {
      result = published
      result.method = kind.name
      kind.setDefaults(in: &result)
    }
    result.encoder.size = size
    result.recipe = sample.views.recipe(size: size).recipe
    apply(to: &result)
    for option in trainingOptions where !([option.name] + option.excluded).contains(where: isGiven) {
      option.complete?(&result)
    }
    result.options.complete(for: kind)
    if let reason = kind.refusal(of: result) { throw UsageError(reason) }
    if let option = given.first(where: \.needsPredictor), !kind.hasPredictor(result.options) {
      throw UsageError("\(option.name): there is no predictor to train here")
    }
    return result
  }

  /// The method that the choices select.
  private func method(_ asked: TrainingConfiguration) throws(UsageError) -> any Method.Type {
    var kind = asked.methodType
    let wantsBase = given.contains { option in
      let owners = option.owners ?? []
      return option.needsPredictor || owners.contains(baseMethod.name) && !owners.contains(kind.name)
    }
    if !isGiven("--method"), wantsBase || isPublished && kind.published(size: 0) == nil { kind = baseMethod }
    for option in given {
      if let owners = option.owners, !owners.contains(kind.name) {
        throw UsageError(
          "\(option.name) is an option of \(owners.joined(separator: ", ")), not of \(kind.name)")
      }
    }
    return kind
  }

  /// Refuses options that differ from those of the run to be resumed.
  ///
  /// - Parameter images: how many the run learns from.
  func check(against run: TrainingConfiguration, images: Int) throws(UsageError) {
    for option in given {
      if let reason = choices[option.name]?.refusal(run, images) { throw UsageError(reason) }
    }
    if isPublished { throw UsageError("--published: the run to resume keeps its own choices") }
  }
}
