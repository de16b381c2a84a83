/// The words after `siam`, up to a comment, as a shell takes them apart.
func shellWords(_ line: some StringProtocol) -> [String] {
  var words: [String] = []
  var (word, isQuoted, isComment) = ("", false, false)
  for character in String(line) + " " where !isComment {
    switch character {
    case "'": isQuoted.toggle()
    case "#" where !isQuoted && word.isEmpty: isComment = true
    case " " where !isQuoted:
      if !word.isEmpty { words.append(word) }
      word = ""
    default: word.append(character)
    }
  }
  return Array(words.dropFirst())
}
