import SiamAugmentations
import SiamDatasets
import SiamMethods
import SiamNeuralNetworks

extension EncoderConfiguration.Preset: ArgumentChoice {}
extension Initializer: ArgumentChoice {}

/// The choices that decide what is trained, as far as they were made on the command line.
struct TrainingOptions: Equatable {
  enum Schedule: String, ArgumentChoice { case constant, cosine }

  /// Whether what is not said is as the paper has it.
  let isPublished: Bool
  let recipe: Recipe?
  let size: Int?
  let preset: EncoderConfiguration.Preset?
  let width: Int?
  let initializer: Initializer?
  let omitsNormalization: Bool
  let startsAsIdentity: Bool?
  let method: MethodOptions
  let dimension, hidden, projectorLayers: Int?
  let epochs, batch: Int?
  let baseRate: Float?
  let warmup: Int?
  let momentum, weightDecay: Float?
  let predictorSchedule: Schedule?
  let seed: UInt64?

  /// The configuration whose values the help shows as defaults.
  private static let usual = TrainingConfiguration()

  init(_ arguments: inout Arguments) throws(UsageError) {
    let usual = Self.usual
    arguments.section("Views")
    let written = try arguments.option(
      "--recipe", value: "RECIPE", as: String.self, otherwise: "what suits the pictures",
      help: Recipe.argumentHelp)
    size = try arguments.option(
      "--size", value: "PIXELS", otherwise: "what suits the pictures", in: .from(8, through: 1024),
      help: "the side of a view")

    arguments.section("Encoder")
    isPublished = arguments.flag(
      "--published",
      help:
        "the paper's choices in place of the defaults below, which are for an hour of a CPU: resnet18, dimension "
        + "2048, batch 512, no warm-up; up to 64 px 800 epochs at lr 0.03, above 100 epochs at 0.05 and weight decay 0.0001"
    )
    preset = try arguments.option(
      "--preset", otherwise: usual.encoder.preset.rawValue,
      help: "the kind of encoder: "
        + EncoderConfiguration.Preset.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(
          separator: ", "))
    width = try arguments.option(
      "--width", value: "CHANNELS", otherwise: "the preset's", in: .from(1, through: 1024),
      help: "the channels after the first convolution")
    initializer = try arguments.option(
      "--init", otherwise: usual.initializer.rawValue, help: "how the weights are drawn")
    omitsNormalization = arguments.flag(
      "--no-norm", help: "leave batch normalisation out of the encoder, with biases in its place")
    let identityStart = arguments.flag(
      "--identity-start",
      help:
        "begin with every residual block the identity (its last gamma 0); usual, with --published above 64 px only"
    )
    let noIdentityStart = arguments.flag(
      "--no-identity-start", help: "begin with residual blocks that add something (their last gamma 1)")
    startsAsIdentity = identityStart ? true : noIdentityStart ? false : nil

    arguments.section("Method")
    method = try MethodOptions(&arguments)
    dimension = try arguments.option(
      "--dimension", value: "D", otherwise: "\(usual.dimension)", in: .from(1, through: 65536),
      help: "the width of projector and predictor")
    hidden = try arguments.option(
      "--hidden", value: "D", otherwise: "a quarter of the dimension", in: .from(1, through: 65536),
      help: "the predictor's bottleneck")
    projectorLayers = try arguments.option(
      "--projector-layers", value: "N", otherwise: "\(usual.projectorLayers)", in: .from(1, through: 8),
      help: "the projector's layers")

    arguments.section("Optimiser")
    epochs = try arguments.option(
      "--epochs", value: "N", otherwise: "\(usual.epochs)", in: .from(1, through: 1_000_000),
      help: "passes over the pictures")
    batch = try arguments.option(
      "--batch", value: "N", otherwise: "\(usual.batch)", in: .from(2, through: 65536),
      help: "pictures a step")
    baseRate = try arguments.option(
      "--lr", value: "X", otherwise: usual.baseRate.argument, in: .from(0, through: 1000),
      help: "the peak of the learning rate at a batch of 256; it is scaled by batch / 256")
    warmup = try arguments.option(
      "--warmup", value: "EPOCHS", otherwise: "\(usual.warmupEpochs)", in: .from(0, through: 1_000_000),
      help: "epochs in which the rate rises to its peak, before the cosine takes it to 0")
    momentum = try arguments.option(
      "--momentum", value: "X", otherwise: usual.momentum.argument, in: .from(0, below: 1),
      help: "the momentum of SGD")
    weightDecay = try arguments.option(
      "--weight-decay", value: "X", otherwise: usual.weightDecay.argument, in: .from(0, through: 1),
      help: "the weight decay, of all parameters")
    predictorSchedule = try arguments.option(
      "--predictor-schedule", otherwise: (usual.constantPredictorRate ? Schedule.constant : .cosine).rawValue,
      help: "the predictor's learning rate: at its peak throughout, or as the rest")
    seed = try arguments.option(
      "--seed", otherwise: "\(usual.seed)",
      help: "names the chance; the same seed gives the same bits, on any number of threads")

    if identityStart, noIdentityStart {
      throw UsageError("--identity-start and --no-identity-start exclude each other")
    }
    if method.fixesPredictor, predictorSchedule != nil {
      throw UsageError("--fixed-predictor and --predictor-schedule exclude each other")
    }
    recipe = if let written { try Recipe(argument: written) } else { nil }
    if let warmup, warmup > 0, warmup >= epochs ?? usual.epochs {
      throw UsageError("--warmup must be less than --epochs, \(epochs ?? usual.epochs)")
    }
  }

  /// The batch before it is cut to the pictures that there are.
  func askedBatch(size: Int) -> Int { batch ?? usual(size: size).batch }

  /// What holds where nothing is said: the named method's own defaults, or what its paper published.
  private func usual(size: Int) -> TrainingConfiguration {
    let kind = method.method.flatMap { SiamMethods.method(named: $0.name) } ?? defaultMethod
    var result = TrainingConfiguration(kind)
    if isPublished, let published = baseMethod.published(size: size) {
      result = published
      kind.setDefaults(in: &result)
    }
    return result
  }

  /// The configuration of a new run, with what suits the pictures where nothing was said.
  ///
  /// - Parameter pictures: how many there are; a larger batch is cut to it.
  func configuration(
    for sample: PictureSample, pictures: Int
  ) throws(UsageError) -> TrainingConfiguration {
    let size = size ?? sample.views.size()
    var result = usual(size: size)
    let preset = preset ?? result.encoder.preset
    // Means nothing without blocks, or without the last gamma of each.
    let usuallyIdentity = result.encoder.startsAsIdentity && preset.hasResidualBlocks && !omitsNormalization
    result.encoder = EncoderConfiguration(
      preset: preset, width: width, size: size, normalizes: !omitsNormalization,
      startsAsIdentity: startsAsIdentity ?? usuallyIdentity)
    // Written out, so that it stays what it was if another version names other recipes.
    let usual = sample.views.recipe(size: size)
    result.recipe = if let recipe { recipe.description } else { try Recipe(argument: usual).description }
    result.initializer = initializer ?? result.initializer
    result.dimension = dimension ?? result.dimension
    result.hidden = hidden ?? max(1, result.dimension / 4)
    result.projectorLayers = projectorLayers ?? result.projectorLayers
    result.epochs = epochs ?? result.epochs
    result.batch = min(batch ?? result.batch, pictures)
    result.baseRate = baseRate ?? result.baseRate
    // A training of one epoch has no room for one to warm up.
    result.warmupEpochs = warmup ?? min(result.warmupEpochs, result.epochs - 1)
    result.momentum = momentum ?? result.momentum
    result.weightDecay = weightDecay ?? result.weightDecay
    result.constantPredictorRate =
      predictorSchedule.map { $0 == .constant } ?? result.constantPredictorRate
    result.seed = seed ?? result.seed
    let predictorOptions = [
      hidden.map { _ in "--hidden" }, predictorSchedule.map { _ in "--predictor-schedule" },
    ]
    try method.apply(to: &result, predictorOptions: predictorOptions.compactMap(\.self))
    return result
  }

  /// Refuses options that are not those of the run to be resumed: it would not be the same run.
  func check(against run: TrainingConfiguration, pictures: Int) throws(UsageError) {
    func same<Value: ArgumentValue>(_ name: String, _ asked: Value?, _ value: Value) throws(UsageError) {
      guard let asked, asked != value else { return }
      let reason = name == "--epochs" ? ": the rates of all its steps follow from them" : ""
      throw UsageError(
        "\(name) \(asked.argument): the run to resume has \(value.argument), and keeps it" + reason)
    }
    try same("--recipe", recipe?.description, (try? Recipe(run.recipe).description) ?? run.recipe)
    try same("--size", size, run.encoder.size)
    try same("--preset", preset, run.encoder.preset)
    try same("--width", width, run.encoder.width)
    try same("--init", initializer, run.initializer)
    try method.check(against: run)
    try same("--dimension", dimension, run.dimension)
    try same("--hidden", hidden, run.hidden)
    try same("--projector-layers", projectorLayers, run.projectorLayers)
    try same("--epochs", epochs, run.epochs)
    try same("--batch", batch.map { min($0, pictures) }, run.batch)
    try same("--lr", baseRate, run.baseRate)
    try same("--warmup", warmup, run.warmupEpochs)
    try same("--momentum", momentum, run.momentum)
    try same("--weight-decay", weightDecay, run.weightDecay)
    try same("--predictor-schedule", predictorSchedule, run.constantPredictorRate ? .constant : .cosine)
    try same("--seed", seed, run.seed)
    if isPublished { throw UsageError("--published: the run to resume keeps its own choices") }
    if omitsNormalization, run.encoder.normalizes {
      throw UsageError("--no-norm: the run to resume has normalisation, and keeps it")
    }
    if let startsAsIdentity, startsAsIdentity != run.encoder.startsAsIdentity {
      throw UsageError(
        "--\(startsAsIdentity ? "" : "no-")identity-start: the run to resume began otherwise, and keeps to it"
      )
    }
  }
}
