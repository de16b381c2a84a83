import SiamAugmentations

extension Recipe {
  /// A recipe from the command line; one that cannot be read is a wrong use, told on one line.
  init(argument text: String) throws(UsageError) {
    do throws(RecipeError) {
      try self.init(text)
    } catch {
      let rest = String(text.dropFirst(error.column))
      let place = rest.isEmpty ? "at its end" : "at \(quoted(rest))"
      throw UsageError("--recipe \(quoted(text)), \(place): \(error.message)")
    }
  }

  /// What the help says about recipes.
  static var argumentHelp: String {
    "how views are made: \(named.map(\.name).joined(separator: ", ")), or terms joined by | such as "
      + "crop(0.2,1)|flip(0.5)|jitter(0.4,0.4,0.4,0.1,p=0.8)|grey(0.2); see siam help \(Help.recipeTopic)"
  }
}
