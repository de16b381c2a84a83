import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct CalibratedClassifierTests {
  /// Three overlapping classes in eight dimensions.
  private func sample(_ count: Int, seed: UInt64) -> (x: Tensor, labels: [Int]) {
    var values = draws(count * 8, seed)
    for row in 0..<count { values[8 * row + row % 3] += 0.8 }
    return (Tensor([count, 8], values), (0..<count).map { $0 % 3 })
  }

  @Test func `of what it calls p sure about p is right`() throws {
    let (x, labels) = sample(240, seed: 1)
    let classifier = try #require(CalibratedClassifier(fitting: x, labels: labels, classes: 3))
    let (asked, truth) = sample(3000, seed: 2)
    let found = classifier.predictions(asked)
    let right = zip(found, truth).count { $0.label == $1 }
    let expected = found.reduce(0) { $0 + $1.probability }
    #expect(right > 2000 && abs(Double(right) - expected) < 0.07 * 3000)
    #expect(classifier.heldOut.total == 240)
  }

  @Test func `a row is held out together with its copies, so that labels by chance are classified by chance`()
    throws
  {
    let (rows, dimension) = (40, 64)
    let values = draws(rows * dimension, 7)
    let labels = (0..<rows).map { ($0 * 7 + $0 / 3) % 2 }
    let x = Tensor([2 * rows, dimension], values + values)
    let classifier = try #require(CalibratedClassifier(fitting: x, labels: labels + labels, classes: 2))
    // Copies in other folds would be remembered: nearly all right.
    #expect(classifier.heldOut.total == 2 * rows && classifier.heldOut.value < 0.75)
  }

  @Test func `one class, or one row of each, cannot be held out`() {
    let (x, _) = sample(3, seed: 1)
    #expect(CalibratedClassifier(fitting: x, labels: [0, 0, 0], classes: 1) == nil)
    #expect(CalibratedClassifier(fitting: x, labels: [0, 1, 2], classes: 3) == nil)
  }
}
