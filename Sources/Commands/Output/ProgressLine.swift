import SiamTensors

/// A live line that long work elsewhere writes into, which on the way asks whether the program is to end.
final class ProgressLine: Sendable {
  private let name: String
  private let line = LockedValue(LiveLine(on: .error))

  /// - Parameter name: what stands before each text.
  init(name: String) { self.name = name }

  /// - Throws: `Interrupted` if a signal asked for the end.
  func show(_ text: String) throws(Interrupted) {
    try Interruption.check()
    line.withLock { $0.show("\(name): \(text)") }
  }

  func erase() { line.withLock { $0.erase() } }
}
