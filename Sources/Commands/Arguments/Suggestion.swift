import SiamFiles

/// "; the nearest is --epochs", to end a message about an unknown word; nothing when no name is near.
///
/// Dashes and a value behind "=" count for nothing, and case and underscores are no mistakes.
func suggestion(for word: String, among names: [String]) -> String {
  let plain = letters(of: String(word.prefix(64).prefix { $0 != "=" }))
  let known = names.map(letters(of:))
  guard let nearest = nearestName(to: plain, among: known, isClose: true),
    let index = known.firstIndex(of: nearest)
  else { return "" }
  return "; the nearest is \(names[index])"
}

/// "; here it is --lr", or the nearest option.
func suggestion(forOption word: String, among names: [String]) -> String {
  answer(toForeignOption: word, among: names).map { "; \($0)" } ?? suggestion(for: word, among: names)
}

/// "; siam export writes features", or the nearest command.
func suggestion(forCommand word: String) -> String {
  let near = suggestion(for: word, among: allCommands.map { $0.name })
  return near.isEmpty ? answer(toForeignCommand: word).map { "; \($0)" } ?? "" : near
}

private func letters(of word: String) -> String {
  String(word.drop { $0 == "-" }).lowercased().replacing("_", with: "-")
}
