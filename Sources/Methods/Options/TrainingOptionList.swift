import SiamAugmentations
import SiamNeuralNetworks

/// Every choice that decides a training, in the order of the help. A new one is an entry here and its property in
/// `TrainingConfiguration`.
///
/// `--published` takes its values from `Method.published`. A resumed run keeps all of its values.
package let trainingOptions: [TrainingOption] = views + encoder + method + methodOptions + heads + optimizer

/// The options of that section.
package func trainingOptions(in section: TrainingOption.Section) -> [TrainingOption] {
  trainingOptions.filter { $0.section == section }
}

private let suitsImages = "chosen to suit the pictures"

private let views = [
  TrainingOption(
    "--recipe", .views, key: "recipe", \.recipe, defaultText: suitsImages, help: Recipe.argumentHelp),
  TrainingOption(
    "--size", .views, key: "size", \.encoder.size, value: "PIXELS", in: .from(8, through: 1024),
    defaultText: suitsImages, needsNetwork: false,
    help: "the side of a network's view, or of the squares that patches are taken from"),
]

private let encoder = [
  TrainingOption(
    "--preset", .encoder, key: "preset", \.encoder.preset,
    help: "the kind of encoder: "
      + EncoderConfiguration.Preset.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")),
  TrainingOption(
    "--width", .encoder, key: "width", \.encoder.width, value: "CHANNELS", in: .from(1, through: 1024),
    defaultText: "the preset's", complete: { $0.encoder.width = $0.encoder.preset.defaultWidth },
    help: "the channels after the first convolution"),
  TrainingOption(
    "--init", .encoder, key: "initializer", \.initializer, help: "the distribution of the initial weights"),
  TrainingOption(
    flag: "--no-norm", .encoder, \.encoder.normalizes, to: false,
    refusal: { _ in "has normalisation, and keeps it" },
    help: "leave batch normalisation out of the encoder, with biases in its place"),
  TrainingOption(
    flag: "--identity-start", .encoder, \.encoder.startsAsIdentity, to: true,
    excluding: ["--no-identity-start"],
    complete: {
      // Has no effect without blocks, or without the last gamma of each.
      if !$0.encoder.preset.hasResidualBlocks || !$0.encoder.normalizes {
        $0.encoder.startsAsIdentity = false
      }
    },
    refusal: { _ in "began otherwise, and keeps to it" },
    help:
      "start with every residual block as the identity (its last gamma 0); the default, with --published above "
      + "64 px only"),
  TrainingOption(
    flag: "--no-identity-start", .encoder, \.encoder.startsAsIdentity, to: false,
    refusal: { _ in "began otherwise, and keeps to it" },
    help: "start with residual blocks that add something (their last gamma 1)"),
  TrainingOption(
    flag: "--freeze-statistics", .encoder, \.encoder.hasFrozenStatistics, to: true,
    excluding: ["--free-statistics"],
    refusal: { _ in "normalises by each batch, and goes on so" },
    help:
      "normalise by the running statistics that --from brings, and keep them; the default if that is an imported "
      + "encoder"),
  TrainingOption(
    flag: "--free-statistics", .encoder, \.encoder.hasFrozenStatistics, to: false,
    refusal: { _ in "keeps its running statistics" },
    help: "normalise by each batch; the default elsewhere"),
]

private let method = [
  TrainingOption(
    "--method", .method, key: "method", \.methodName, defaultText: BesidePatches.name(defaultMethod),
    needsNetwork: false,
    help: "how to learn: " + learningMethods.map { "\($0.name) (\($0.summary))" }.joined(separator: ", ")
      + ", or \(BesidePatches.prefix) and a network's, for the features of both; it is \(defaultMethod.name) where an option needs a network, \(baseMethod.name) with --published or "
      + "where one needs a predictor")
]

/// Every option of any method, once, with the methods that have it.
private let methodOptions: [TrainingOption] = {
  var known: [(option: MethodOption, owners: [String])] = []
  for method in learningMethods {
    for option in method.options {
      if let index = known.firstIndex(where: { $0.option.name == option.name }) {
        precondition(known[index].option == option, "--\(option.name) means two things")
        known[index].owners.append(method.name)
      } else {
        known.append((option, [method.name]))
      }
    }
  }
  return known.map { TrainingOption($0.option, of: $0.owners) }
}()

private let heads = [
  TrainingOption(
    "--head-norm", .method, key: "headNormalization", \.headNormalization,
    help: "batch normalisation in projector and predictor: of no layer, of the hidden ones, or of the "
      + "projector's output too"),
  TrainingOption(
    "--predictor-lr", .method, key: "predictorBaseRate", \.ownPredictorRate, value: "X",
    in: .from(OwnRate(0), through: OwnRate(1000)),
    stored: .from(OwnRate(0), through: OwnRate(.greatestFiniteMagnitude)), defaultText: "as --lr",
    needsPredictor: true,
    found: \.inWords,
    help: "the peak of the predictor's own learning rate, at a batch of 256"),
  TrainingOption(
    flag: "--fixed-predictor", .method, \.ownPredictorRate, to: OwnRate(0), needsPredictor: true,
    excluding: ["--predictor-lr", "--predictor-schedule"],
    refusal: { "has \($0.ownPredictorRate.inWords), and keeps it" },
    help: "keep the predictor's initial weights"),
  TrainingOption(
    "--dimension", .method, key: "dimension", \.dimension, value: "D", in: .from(1, through: 65536),
    help: "the width of the projector and the predictor"),
  TrainingOption(
    "--hidden", .method, key: "hidden", \.hidden, value: "D", in: .from(1, through: 65536),
    defaultText: "a quarter of the dimension", needsPredictor: true,
    complete: { $0.hidden = max(1, $0.dimension / 4) }, help: "the predictor's bottleneck"),
  TrainingOption(
    "--projector-layers", .method, key: "projectorLayers", \.projectorLayers, value: "N",
    in: .from(1, through: 8), help: "the projector's layers"),
]

/// The limits of a rate set by a program.
private let anyRate = Limits<Float>.from(0, through: .greatestFiniteMagnitude)

private let optimizer = [
  TrainingOption(
    "--epochs", .optimizer, key: "epochs", \.epochs, value: "N", in: .from(1, through: 1_000_000),
    defaultText: "as many as --time allows",
    help:
      "passes over the pictures; with --resume, a new last epoch for the run, whose rates follow the new schedule from there on"
  ),
  TrainingOption(
    "--batch", .optimizer, key: "batch", \.batch, value: "N", in: .from(2, through: 65536),
    fit: { min($0, $1) }, help: "pictures per step"),
  TrainingOption(
    "--lr", .optimizer, key: "baseRate", \.baseRate, value: "X", in: .from(0, through: 1000),
    stored: anyRate,
    help: "the peak of the learning rate at a batch of 256; it is scaled by batch / 256"),
  TrainingOption(
    "--encoder-lr", .optimizer, key: "encoderBaseRate", \.ownEncoderRate, value: "X",
    in: .from(OwnRate(0), through: OwnRate(1000)),
    stored: .from(OwnRate(0), through: OwnRate(.greatestFiniteMagnitude)),
    defaultText:
      "as --lr; where that is not given, with --from and an imported encoder, "
      + TrainingConfiguration.importedRate.argument,
    found: \.inWords,
    help: "the peak of the encoder's own learning rate, at a batch of 256"),
  TrainingOption(
    "--warmup", .optimizer, key: "warmupEpochs", \.warmupEpochs, value: "EPOCHS",
    in: .from(0, through: 1_000_000),
    // A training of one epoch has no room for one to warm up.
    complete: { $0.warmupEpochs = min($0.warmupEpochs, $0.epochs - 1) },
    help: "epochs in which the rate rises to its peak, before the cosine takes it to 0"),
  TrainingOption(
    "--momentum", .optimizer, key: "momentum", \.momentum, value: "X", in: .from(0, below: 1),
    stored: anyRate,
    help: "the momentum of SGD"),
  TrainingOption(
    "--weight-decay", .optimizer, key: "weightDecay", \.weightDecay, value: "X", in: .from(0, through: 1),
    stored: anyRate,
    help: "the weight decay, of all parameters"),
  TrainingOption(
    "--predictor-schedule", .optimizer, key: "constantPredictorRate", \.predictorSchedule,
    needsPredictor: true, help: "the predictor's learning rate: at its peak throughout, or as the rest"),
  TrainingOption(
    "--seed", .optimizer, key: "seed", \.seed, needsNetwork: false,
    help: "the random seed; the same seed gives the same bits, on any number of threads"),
]
