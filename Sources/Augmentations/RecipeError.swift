import SiamFiles

/// What is wrong with a written recipe, and where.
package struct RecipeError: Error, Equatable, CustomStringConvertible {
  /// The recipe as it was given.
  package let text: String
  /// The character at fault, counted from 0; the number of characters where something is missing at the end.
  package let column: Int
  package let message: String

  /// Two lines: the recipe, and below the place at fault a caret and the message.
  ///
  /// Characters other than plain ASCII are shown as `?`, so that every one is a column wide.
  package var description: String {
    let shown = text.map { (" "..."~").contains($0) && $0.isASCII ? $0 : "?" }
    return "\(String(shown))\n\(String(repeating: " ", count: column))^ \(message)"
  }
}

/// The word closest to `word` by letters put in, left out, replaced or swapped, if less than a third of it differs.
func nearest(to word: String, among known: [String]) -> String? {
  let distances = known.map { ($0, editDistance(word.lowercased(), $0)) }
  guard let best = distances.min(by: { $0.1 < $1.1 }), 3 * best.1 < max(word.count, best.0.count) else {
    return nil
  }
  return best.0
}
