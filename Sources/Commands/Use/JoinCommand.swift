import SiamFiles
import SiamMethods
import SiamTraining

/// Puts encoders side by side: `siam join RUN RUN -o encoder.safetensors`.
struct JoinCommand: Command {
  static let name = "join"
  static let summary = "Make one encoder of several, whose features are those of all of them."
  static let details = """
    Patch features and a network know different things: together they are better than either. The features of each \
    encoder get length 1 (a network's 0.5 to 0.8, by the pictures it has seen) and stand behind one another, so that the \
    cosine of two pictures is a mean of the encoders' cosines. eval, export and the library use the file like any other \
    encoder.
    """
  static let examples = [
    UsageExample(
      "siam join runs/patches runs/simclr -o encoder.safetensors",
      "one encoder of patch features and a network")
  ]

  let first, second: String
  let more: String?
  let output: String
  let overwrite: Bool

  init(_ arguments: inout Arguments) throws(UsageError) {
    first = try arguments.positional("RUN", help: "a run folder, or an encoder.safetensors")
    second = try arguments.positional("RUN2", help: "another")
    more = arguments.optionalPositional("RUN3", help: "a third")
    output = try arguments.required(
      "--output", short: "-o", value: "FILE", help: "the encoder: a .safetensors file")
    overwrite = arguments.flag("--overwrite", help: "replace the file if it exists")
  }

  func run() throws {
    try requireFree(output, overwrite: overwrite)
    let encoders = try [first, second, more].compactMap(\.self).map { try trainedEncoder(of: $0) }
    let joined = try TrainedEncoder.joining(encoders)
    try joined.write(to: output)
    let dimensions = encoders.map { "\($0.dimension)" }.joined(separator: " + ")
    Output.standard.line("\(printable(output)): vectors of \(dimensions) = \(joined.dimension) numbers")
  }
}
