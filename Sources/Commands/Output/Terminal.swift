import Glibc

/// What a file descriptor can show: whether a person looks at a terminal there, how wide it is, and in colour or not.
struct Terminal: Sendable, Equatable {
  /// How a word stands out.
  enum Style: String, Sendable {
    case bold = "1"
    case faint = "2"
    case warning = "33"
    case bad = "31"
    case good = "32"
  }

  /// Whether lines can be rewritten there.
  let isInteractive: Bool
  let hasColour: Bool
  /// In columns.
  let width: Int

  /// The width where there is no terminal to ask.
  static let defaultWidth = 100

  init(isInteractive: Bool, hasColour: Bool, width: Int = defaultWidth) {
    (self.isInteractive, self.hasColour, self.width) = (isInteractive, hasColour, width)
  }

  /// Decides from what the system says.
  ///
  /// A terminal called "dumb" is treated as a file. Source: no-color.org for NO_COLOR, any value but the empty one.
  init(isTTY: Bool, columns: Int?, variable: (String) -> String?) {
    isInteractive = isTTY && variable("TERM").map { $0 != "dumb" && !$0.isEmpty } ?? false
    hasColour = isInteractive && (variable("NO_COLOR") ?? "").isEmpty
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

  /// The text in that style, or as it is without colour.
  func styled(_ text: String, _ style: Style) -> String {
    hasColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// What the environment says under a name; nil where it says nothing.
func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}
