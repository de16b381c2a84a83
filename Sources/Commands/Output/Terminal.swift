import Glibc

/// What a file descriptor can show: whether it is an interactive terminal, and its width.
struct Terminal: Sendable, Equatable {
  /// Whether lines can be rewritten.
  let isInteractive: Bool
  /// In columns.
  let width: Int

  /// The width without a terminal.
  static let defaultWidth = 100

  init(isInteractive: Bool, width: Int = defaultWidth) {
    (self.isInteractive, self.width) = (isInteractive, width)
  }

  /// Derives both from the system's answers.
  ///
  /// A terminal called "dumb" is treated as a file.
  init(isTTY: Bool, columns: Int?, variable: (String) -> String?) {
    isInteractive = isTTY && variable("TERM").map { $0 != "dumb" && !$0.isEmpty } ?? false
    width = max(20, columns ?? variable("COLUMNS").flatMap { Int($0) } ?? Self.defaultWidth)
  }

  /// The current terminal of a descriptor.
  init(_ output: Output) {
    self.init(
      isTTY: isatty(output.descriptor) == 1, columns: Self.columns(of: output), variable: environmentVariable)
  }

  /// The columns that a table should keep to: those of the terminal or of COLUMNS; any number elsewhere.
  static func room(on output: Output) -> Int {
    let columns = columns(of: output) ?? environmentVariable("COLUMNS").flatMap { Int($0) }
    return columns.map { max(20, $0) } ?? .max
  }

  private static func columns(of output: Output) -> Int? {
    var size = winsize()
    let answered = unsafe ioctl(output.descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return answered ? Int(size.ws_col) : nil
  }
}

/// The value of an environment variable; nil if it is not set.
func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}
