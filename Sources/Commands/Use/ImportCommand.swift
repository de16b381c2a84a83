import SiamAugmentations
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTraining

extension Interpolation: ArgumentChoice {}

extension ForeignNetwork: ArgumentValue {
  package init?(argument: String) {
    guard let network = Self.all.first(where: { $0.name == argument }) else { return nil }
    self = network
  }
  package var argument: String { name }
  package static var placeholder: String { "NETWORK" }
  package static var meaning: String { "one of " + words.joined(separator: ", ") }
  package static var words: [String] { all.map(\.name) }
}

/// Makes an encoder of pretrained weights: `siam import FILE -o encoder.safetensors`.
struct ImportCommand: Command {
  static let name = "import"
  static let summary = "Make an encoder of weights that another library has trained."
  static let details = """
    FILE is a safetensors file with the names and layouts of one of these networks:

    \(ForeignNetwork.all.map { "\($0.name) (\($0.libraries))" }.joined(separator: ", ")).

    The classifier is left out: a picture's features are the mean over the last map. How pictures are resized, cut and \
    normalised is kept with the encoder, by default as the library does it; pictures are decoded with every pixel. eval, \
    export, search, report, odd, label and join take the encoder like any other.

    PyTorch's own .pth files are made into safetensors by safetensors.torch.save_file(model.state_dict(), FILE).
    """
  static let examples = [
    UsageExample(
      "siam import resnet18.safetensors -o encoder.safetensors",
      "weights of torchvision or timm as an encoder"),
    UsageExample(
      "siam import own.safetensors --as resnet18 -o encoder.safetensors --mean 0.5,0.5,0.5 --std 0.5,0.5,0.5",
      "weights that were trained with another normalisation"),
  ]

  let file, output: String
  let network: ForeignNetwork?
  let preparation: Preparation
  let overwrite: Bool

  init(_ arguments: inout Arguments) throws(UsageError) {
    file = try arguments.positional("FILE", help: "the weights, a .safetensors file")
    output = try arguments.required(
      "--output", short: "-o", value: "FILE", help: "the encoder: a .safetensors file")
    network = try arguments.option(
      "--as", as: ForeignNetwork.self, otherwise: "what the names in the file tell",
      help: "which network the weights are of")
    var preparation = Preparation()
    preparation.size = try arguments.option(
      "--size", value: "PIXELS", otherwise: "\(ForeignNetwork.side)", in: .from(72, through: 1024),
      help: "the side of the square that the network sees")
    preparation.shorterSide = try arguments.option(
      "--resize", value: "PIXELS", otherwise: "an eighth more than the square, as the libraries do",
      in: .from(72, through: Framing.largestSide),
      help: "the length that a picture's shorter side gets before the square in the middle is cut out")
    preparation.interpolation = try arguments.option(
      "--filter", as: Interpolation.self, otherwise: "the library's", help: "how it is resized, antialiased")
    preparation.mean = try arguments.option(
      "--mean", as: ChannelValues.self, otherwise: "the library's",
      help: "what is subtracted from each channel, of samples from 0 to 1")?.values
    preparation.deviation = try arguments.option(
      "--std", as: ChannelValues.self, otherwise: "the library's", help: "what it is divided by then")?.values
    self.preparation = preparation
    overwrite = arguments.flag("--overwrite", help: "replace the file if it exists")
    let side = preparation.size ?? ForeignNetwork.side
    if let shorterSide = preparation.shorterSide, shorterSide < side {
      throw UsageError("--resize \(shorterSide) is less than the square of \(side); lower --size too")
    }
    if preparation.deviation?.allSatisfy({ $0 > 0 }) == false {
      throw UsageError("--std must be three numbers above 0")
    }
  }

  func run() throws {
    try requireFree(output, overwrite: overwrite)
    removeAbandonedFiles(beside: output)
    let encoder = try TrainedEncoder(importing: file, as: network, prepared: preparation)
    try encoder.write(to: output)
    let configuration = encoder.configuration
    Output.standard.line(
      "\(printable(output)): \(configuration.imported ?? ""), \(encoder.dimension) numbers a picture")
    if let framing = configuration.framing {
      Output.standard.line(
        "pictures: \(framing.text(side: configuration.encoder.size)), \(encoder.normalization.written)")
    }
  }
}
