import SiamImagePrior
import SiamMethods

/// The kinds of damage that `siam restore` repairs.
enum Damage: String, CaseIterable {
  case denoise, inpaint, superres
}

/// How an image's network is built and fitted: the options of `siam restore` that are not about files.
struct RestoreOptions {
  /// How wide the network is: the paper's, or narrower ones that a CPU fits in minutes.
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
  /// The rule that ends the fitting early; nil for all iterations.
  let window: VarianceWindow?

  static let defaultIterations = 3000

  init(_ arguments: inout Arguments) throws(UsageError) {
    arguments.section("The network and its fitting")
    let preset = try arguments.option(
      "--preset", default: Preset.fast,
      help: "channels of each scale: fast 32, balanced 64, paper 128; each twofold takes three times as long")
    let width = try arguments.option(
      "--width", as: Int.self, otherwise: "the preset's", in: .from(8, through: 512),
      help: "channels of each scale; stored in multiples of 16")
    let depth = try arguments.option(
      "--depth", default: 5, in: .from(1, through: 8),
      help: "how often the picture is halved; its sides must be at least 2^depth + 1 pixels")
    let skip = try arguments.option(
      "--skip", default: 4, in: .from(0, through: 128),
      help: "channels that each scale hands to the way up; more of them let detail, and noise, through sooner"
    )
    iterations = try arguments.option(
      "--iterations", default: Self.defaultIterations, in: .from(1, through: 1_000_000),
      help: "steps of Adam, at most")
    let rate = try arguments.option(
      "--lr", value: "RATE", default: 0.01 as Float, in: .above(0, through: 1), help: "Adam's rate")
    let noise = try arguments.option(
      "--input-noise", value: "X", default: Float(1.0 / 30), in: .from(0, through: 1),
      help: "standard deviation of the fresh noise on the network's input, which is 0 to 0.1 (reg_noise_std)")
    let averaging = try arguments.option(
      "--averaging", value: "X", default: 0.99 as Float, in: .from(0, below: 1),
      help: "how much of the averaged output stays at each step; 0 keeps the last output alone")
    let seed = try arguments.option("--seed", default: 0 as UInt64, help: "names all chance")
    arguments.section("When to stop")
    let isWhole = arguments.flag(
      "--no-stop", help: "take all iterations, whatever the outputs' variance does")
    let size = try arguments.option(
      "--window", default: 500, in: .from(2, through: 10_000),
      help:
        "outputs whose variance is followed; past 100 every second, past 200 every third is looked at, and so on"
    )
    let patience = try arguments.option(
      "--patience", value: "N", default: 1000, in: .from(1, through: 1_000_000),
      help: "steps without a new least variance before the fitting ends")
    var configuration = DeepImagePrior.Configuration()
    configuration.network = HourglassConfiguration(depth: depth, width: width ?? preset.width, skip: skip)
    (configuration.rate, configuration.inputNoise) = (rate, noise)
    (configuration.averaging, configuration.seed) = (averaging, seed)
    self.configuration = configuration
    window = isWhole ? nil : VarianceWindow(size: size, patience: patience)
  }
}
