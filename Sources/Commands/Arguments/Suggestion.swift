import SiamFiles

/// "; the nearest is --epochs", to end a message about an unknown word.
func suggestion(for word: String, among names: [String]) -> String {
  nearestName(to: String(word.prefix(64)), among: names).map { "; the nearest is \($0)" } ?? ""
}
