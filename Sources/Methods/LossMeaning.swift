/// What the number means that a method's loss is: its kind, and values to hold it against.
package struct LossMeaning: Sendable, Equatable {
  /// A few words: "negative cosine".
  package let name: String
  /// The smallest value there can be.
  package let best: Double
  /// The value where views tell nothing of each other, as before any training; nil where there is no telling.
  package let chance: Double?

  package init(_ name: String, best: Double, chance: Double? = nil) {
    (self.name, self.best, self.chance) = (name, best, chance)
  }

  /// −cosine of prediction and target: −1 at best, about 0 by chance.
  package static let negativeCosine = LossMeaning("negative cosine", best: -1, chance: 0)
}
