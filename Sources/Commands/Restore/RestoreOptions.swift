import SiamImagePrior
import SiamMethods

/// The kinds of damage that `siam restore` repairs.
enum Damage: String, CaseIterable {
  case denoise, inpaint, superres
}

/// How an image's network is built and fitted: the options of `siam restore` that are not about files.
struct RestoreOptions {
  /// The width of the network: the paper's, or narrower ones that a CPU fits in minutes.
  enum Preset: String, ArgumentChoice {
    case fast, balanced, paper

    var width: Int {
      switch self {
      case .fast: 32
      case .balanced: 64
      case .paper: 128
      }
    }
  }

  let configuration: DeepImagePrior.Configuration
  let iterations: Int
  /// The rule that stops the fit early; nil runs all iterations.
  let window: VarianceWindow?

  static let defaultIterations = 3000

  init(_ arguments: inout Arguments) throws(UsageError) {
    arguments.section("The network and its fitting")
    let preset = try arguments.option(
      "--preset", default: Preset.fast,
      help: "channels of each scale: fast 32, balanced 64, paper 128; doubling them triples the time")
    let width = try arguments.option(
      "--width", as: Int.self, otherwise: "the preset's", in: .from(8, through: 512),
      help: "channels of each scale; stored in multiples of 16")
    let depth = try arguments.option(
      "--depth", default: 5, in: .from(1, through: 8),
      help: "how many times the picture is halved; its sides must be at least 2^depth + 1 pixels")
    let skip = try arguments.option(
      "--skip", default: 4, in: .from(0, through: 128),
      help: "channels of each skip connection; more let detail, and noise, through sooner"
    )
    iterations = try arguments.option(
      "--iterations", default: Self.defaultIterations, in: .from(1, through: 1_000_000),
      help: "the maximum number of Adam steps")
    let rate = try arguments.option(
      "--lr", value: "RATE", default: 0.01 as Float, in: .above(0, through: 1), help: "Adam's learning rate")
    let noise = try arguments.option(
      "--input-noise", value: "X", default: Float(1.0 / 30), in: .from(0, through: 1),
      help: "standard deviation of the noise added at each step to the input, 0 to 0.1 (reg_noise_std)")
    let averaging = try arguments.option(
      "--averaging", value: "X", default: 0.99 as Float, in: .from(0, below: 1),
      help: "decay of the running average of the outputs; 0 keeps the last output only")
    let seed = try arguments.option("--seed", default: 0 as UInt64, help: "the random seed")
    arguments.section("When to stop")
    let isWhole = arguments.flag(
      "--no-stop", help: "run all iterations, whatever the variance of the outputs")
    let size = try arguments.option(
      "--window", default: 500, in: .from(2, through: 10_000),
      help:
        "outputs whose variance is tracked; above 100 every second one counts, above 200 every third, and so on"
    )
    let patience = try arguments.option(
      "--patience", value: "N", default: 1000, in: .from(1, through: 1_000_000),
      help: "steps without a new minimum of the variance before fitting stops")
    var configuration = DeepImagePrior.Configuration()
    configuration.network = HourglassConfiguration(depth: depth, width: width ?? preset.width, skip: skip)
    (configuration.rate, configuration.inputNoise) = (rate, noise)
    (configuration.averaging, configuration.seed) = (averaging, seed)
    self.configuration = configuration
    window = isWhole ? nil : VarianceWindow(size: size, patience: patience)
  }
}
