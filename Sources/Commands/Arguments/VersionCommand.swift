import SiamImages

/// Prints the version: `siam version`.
struct VersionCommand: Command {
  static let name = "version"
  static let summary = "Print the version."
  static let examples = [UsageExample("siam version", "the same as siam --version")]
  static let version = "0.1.0"

  init() {}
  init(_ arguments: inout Arguments) throws(UsageError) {}

  func run() throws {
    Output.standard.line("siam \(Self.version)" + (ImageFormat.readsAll ? ", with libvips" : ""))
  }
}
