import SiamFiles

/// The name a person most likely meant; the first of the nearest, or nil without any names.
func nearestName(to word: String, among names: [String]) -> String? {
  names.map { (name: $0, distance: editDistance(word, $0)) }.min { $0.distance < $1.distance }?.name
}

/// "; the nearest is --epochs", to end a complaint about an unknown word.
func suggestion(for word: String, among names: [String]) -> String {
  nearestName(to: String(word.prefix(64)), among: names).map { "; the nearest is \($0)" } ?? ""
}
