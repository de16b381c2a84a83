/// A reader under attack.
///
/// Every input must be read or refused with a typed error; a trap, a report of a sanitizer, more than libFuzzer's
/// limits of time and memory, or a result that contradicts itself ends the run.
protocol Target: Sendable {
  static var name: String { get }
  init() throws
  func read(_ bytes: [UInt8])
  /// Whether any of the readers takes the bytes for whole.
  func loads(_ bytes: [UInt8]) -> Bool
  /// Writes small valid inputs as files of a folder that exists.
  static func writeSeeds(to folder: String) throws
}

extension Target {
  static func writeSeeds(to folder: String) throws {}
  func loads(_ bytes: [UInt8]) -> Bool { preconditionFailure("a kind of file without a checksum") }
}

/// All that read what others have written.
let targets: [any (Target & Sendable).Type] = [
  PNGTarget.self, JPEGTarget.self, CheckpointTarget.self, RecordTarget.self, NumPyTarget.self,
  RecipeTarget.self,
]
