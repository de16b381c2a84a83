import Files

/// A word of the user's in a message: in quotes, nothing in it that a terminal would obey, not longer than a line.
func quoted(_ word: String) -> String { "“\(shortened(printable(word), to: 200))”" }

/// A message on one line: line ends become spaces, and other control characters visible.
func oneLine(_ message: String) -> String {
  message.split(whereSeparator: \.isNewline).joined(separator: " ").unicodeScalars.reduce(into: "") {
    if $1.properties.generalCategory == .control {
      $0 += printable(String($1))
    } else {
      $0.unicodeScalars.append($1)
    }
  }
}
