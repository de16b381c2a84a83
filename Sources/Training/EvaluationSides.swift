package import SiamDatasets

/// The images that vote, and those that are classified by them, none of which votes for itself. Images without a class do
/// neither, where others have one.
package struct EvaluationSides: Sendable {
  /// All training images, or without test images those that are not held out.
  package let bank: ImageSubset
  /// The test images or those held out, see `Split.heldOut`, without those whose pixels the bank has.
  package let queries: ImageSubset
  /// How many of them the bank has, pixel for pixel.
  package let copies: Int
  /// Whether the queries are training images, held out of the bank.
  package let isHeldOut: Bool

  /// - Parameter test: nil holds out a fifth of the training images.
  package init(train: ImageStore, test: ImageStore?) {
    isHeldOut = test == nil
    let known = ImageSubset(labelledOf: train)
    let asked: ImageSubset
    if let test {
      (bank, asked) = (known, ImageSubset(labelledOf: test))
    } else if known.count < 2 {
      (bank, asked) = (known, ImageSubset(train, []))
    } else {
      let split = Split.heldOut(of: known.count)
      bank = ImageSubset(train, split.bank.map { known.indices[$0] })
      asked = ImageSubset(train, split.queries.map { known.indices[$0] })
    }
    queries = asked.without(copiesOf: bank)
    copies = asked.count - queries.count
  }
}
