import SiamFiles

/// A word of the user's in a message: in quotes, nothing in it that a terminal would obey, not longer than a line.
func quoted(_ word: String) -> String { "“\(shortened(printable(word), to: 200))”" }

/// A message on one line: line ends become spaces, and whatever else a terminal would obey or hide becomes visible.
func oneLine(_ message: String) -> String {
  withoutHidden(message.split(whereSeparator: \.isNewline).joined(separator: " "))
}
