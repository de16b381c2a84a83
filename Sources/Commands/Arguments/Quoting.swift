import SiamFiles

/// A word from the user, for a message: quoted, cut to a line, without terminal control characters.
func quoted(_ word: String) -> String { "“\(shortened(printable(word), to: 200))”" }

/// A message on one line: newlines become spaces, and other control or invisible characters are escaped.
func oneLine(_ message: String) -> String {
  withoutHidden(message.split(whereSeparator: \.isNewline).joined(separator: " "))
}
