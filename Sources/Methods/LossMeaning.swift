/// What a method's loss means: its kind, and reference values.
package struct LossMeaning: Sendable, Equatable {
  /// A few words: "negative cosine".
  package let name: String
  /// The smallest possible value.
  package let best: Double
  /// The expected value for unrelated views, as before training; nil if there is none.
  package let chance: Double?

  package init(_ name: String, best: Double, chance: Double? = nil) {
    (self.name, self.best, self.chance) = (name, best, chance)
  }

  /// −cosine of prediction and target: −1 at best, about 0 by chance.
  package static let negativeCosine = LossMeaning("negative cosine", best: -1, chance: 0)
}
