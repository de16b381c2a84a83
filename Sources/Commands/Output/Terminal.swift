import Glibc

/// What a file descriptor can show: whether a person looks at a terminal there, and how wide it is.
struct Terminal: Sendable, Equatable {
  /// Whether lines can be rewritten there.
  let isInteractive: Bool
  /// In columns.
  let width: Int

  /// The width where there is no terminal to ask.
  static let defaultWidth = 100

  init(isInteractive: Bool, width: Int = defaultWidth) {
    (self.isInteractive, self.width) = (isInteractive, width)
  }

  /// Decides from what the system says.
  ///
  /// A terminal called "dumb" is treated as a file.
  init(isTTY: Bool, columns: Int?, variable: (String) -> String?) {
    isInteractive = isTTY && variable("TERM").map { $0 != "dumb" && !$0.isEmpty } ?? false
    width = max(20, columns ?? variable("COLUMNS").flatMap { Int($0) } ?? Self.defaultWidth)
  }

  /// The terminal behind a descriptor, as it is now.
  init(_ output: Output) {
    var size = winsize()
    let answered = unsafe ioctl(output.descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    self.init(
      isTTY: isatty(output.descriptor) == 1, columns: answered ? Int(size.ws_col) : nil,
      variable: environmentVariable)
  }
}

/// What the environment says under a name; nil where it says nothing.
func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}
