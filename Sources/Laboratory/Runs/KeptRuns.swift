import SiamFiles

/// Finished trainings of an experiment, each in a file of its own, so that an interrupted experiment goes on where it was.
struct KeptRuns: Sendable {
  /// Where they lie; it is made with the first.
  let folder: String

  /// What decides a training's result: a kept one serves again only if all of it is equal.
  struct Key: Sendable, Equatable, Codable {
    /// Raised when what is measured changes.
    var version = 1
    let experiment, arm: String
    let seed: UInt64
    /// The images by their fingerprints, and everything that was chosen for the training.
    let images, choices: String
  }

  /// A finished training, and the seconds that it took.
  struct Run<Value: Codable & Sendable>: Sendable, Codable {
    let key: Key
    let seconds: Double
    let value: Value
  }

  /// The training of that key; nil if there is none that can be read.
  func run<Value>(_ key: Key, of type: Value.Type = Value.self) -> Run<Value>? {
    guard let text = try? readFile(path(of: key)), let run = try? JSON.value(Run<Value>.self, from: text)
    else {
      return nil
    }
    return run.key == key ? run : nil
  }

  /// - Throws: `FileError`.
  func keep<Value>(_ run: Run<Value>) throws {
    if try !isFolder(folder) { try makeFolder(folder) }
    try writeFile(path(of: run.key), [UInt8](JSON.text(run).utf8))
  }

  /// A name that a person recognises: the arm in words without spaces, and the seed.
  private func path(of key: Key) -> String {
    let name = key.arm.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
    return "\(folder)/\(String(name))-\(key.seed).json"
  }
}
