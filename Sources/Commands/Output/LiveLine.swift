/// A terminal line that is rewritten in place; plain lines can be printed above it.
///
/// Without a terminal only the plain lines appear.
struct LiveLine: ~Copyable {
  private let output: Output
  private let terminal: () -> Terminal
  private let clock = ContinuousClock()
  private let interval: Duration
  private var shown = ""
  private var nextTime: ContinuousClock.Instant?

  /// - Parameter interval: the minimum time between updates.
  /// - Parameter terminal: called at each update, since a window can be resized; nil asks the output.
  init(on output: Output, every interval: Duration = .milliseconds(100), terminal: (() -> Terminal)? = nil) {
    self.output = output
    self.interval = interval
    self.terminal = terminal ?? { Terminal(output) }
  }

  deinit { if !shown.isEmpty { output.write("\r\u{1B}[K") } }

  /// Rewrites the line, cut to the terminal's width; does nothing if the last update is too recent.
  mutating func show(_ text: @autoclosure () -> String) {
    let now = clock.now
    if let nextTime, now < nextTime { return }
    nextTime = now + interval
    let terminal = terminal()
    guard terminal.isInteractive else { return }
    let text = shortened(text(), to: terminal.width - 1)
    guard text != shown else { return }
    shown = text
    output.write("\r\(text)\u{1B}[K")
  }

  /// Prints a line that stays; the live line moves below it.
  mutating func print(_ line: String) {
    guard !shown.isEmpty else { return output.line(line) }
    output.write("\r\u{1B}[K\(line)\n\(shown)")
  }

  /// Clears the live line.
  mutating func erase() {
    if !shown.isEmpty { output.write("\r\u{1B}[K") }
    shown = ""
    nextTime = nil
  }
}
