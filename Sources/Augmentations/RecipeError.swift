/// An error in a written recipe.
public struct RecipeError: Error, Equatable, CustomStringConvertible {
  /// The recipe as it was given.
  package let text: String
  /// The index of the character at fault; the number of characters when something is missing at the end.
  package let column: Int
  /// What is wrong.
  package let message: String

  /// Two lines: the recipe, and the message after a caret below the character at fault.
  ///
  /// Characters outside printable ASCII are shown as `?`, so that each is one column wide.
  public var description: String {
    let shown = text.map { (" "..."~").contains($0) && $0.isASCII ? $0 : "?" }
    return "\(String(shown))\n\(String(repeating: " ", count: column))^ \(message)"
  }
}
