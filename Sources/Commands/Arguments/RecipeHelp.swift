import SiamAugmentations

extension Help {
  /// The topic of `siam help` that explains recipes.
  static let recipeTopic = "recipes"

  /// What `siam help recipes` prints: the named recipes, and every augmentation with its arguments.
  static func recipes(width: Int) -> String {
    let named = Recipe.named.map { ($0.name, $0.recipe.description) }
    let terms = Recipe.known.map { ($0.form.name + $0.form.usage, explanation($0.form)) }
    let statistics = Normalization.named.map(\.name).joined(separator: ", ")
    let normalization = (
      "normalize(statistics)",
      "normalises the view at the end, by the statistics \(statistics), or by three means and three deviations, such as "
        + "normalize(0.5,0.5,0.5;0.25,0.25,0.25); imagenet if left out"
    )
    let lines =
      wrapped(
        "A recipe says how views are made from a picture: the name of a recipe, or terms joined by |, which are "
          + "applied from left to right.", width: width)
      + ["", "Recipes"] + entries(named, indent: 2, width: width)
      + ["", "Terms"] + entries(terms + [normalization], indent: 2, width: width) + [""]
      + wrapped(
        "Arguments with a default, such as p=1, are given by name, the others in order. p is the probability "
          + "that a view is changed.", width: width)
    return lines.joined(separator: "\n")
  }

  /// "blurs with a Gaussian of random width; smallest above 0 and at most 1000, …"
  private static func explanation(_ form: AugmentationForm) -> String {
    let limits = form.parameters.map { "\($0.name) \($0.limits)" }
    return form.summary + "; " + limits.joined(separator: ", ")
  }
}
