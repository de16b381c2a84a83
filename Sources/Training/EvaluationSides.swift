package import SiamDatasets

/// The images that vote, and those that are classified by them, none of which votes for itself.
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
    let asked: ImageSubset
    if let test {
      (bank, asked) = (ImageSubset(train), ImageSubset(test))
    } else if train.count < 2 {
      (bank, asked) = (ImageSubset(train), ImageSubset(train, []))
    } else {
      let split = Split.heldOut(of: train.count)
      (bank, asked) = (ImageSubset(train, split.bank), ImageSubset(train, split.queries))
    }
    queries = asked.without(copiesOf: bank)
    copies = asked.count - queries.count
  }
}
