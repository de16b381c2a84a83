import SiamTensors

/// A live line for long work in other modules; each update also checks for an interrupt.
final class ProgressLine: Sendable {
  private let name: String
  private let line = LockedValue(LiveLine(on: .error))

  /// - Parameter name: the prefix of each text.
  init(name: String) { self.name = name }

  /// - Throws: `Interrupted` if a signal arrived.
  func show(_ text: String) throws(Interrupted) {
    try Interruption.check()
    line.withLock { $0.show("\(name): \(text)") }
  }

  func erase() { line.withLock { $0.erase() } }
}
