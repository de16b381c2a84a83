import Glibc
import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct LogisticRegressionTests {
  /// Three classes in four dimensions, which overlap.
  private func sample(_ count: Int = 90, seed: UInt64 = 3) -> (x: Tensor, labels: [Int]) {
    var values = draws(count * 4, seed)
    let labels = (0..<count).map { $0 % 3 }
    for (row, label) in labels.enumerated() { values[4 * row + label] += 1 }
    return (Tensor([count, 4], values), labels)
  }

  private func objective(_ model: LogisticRegression, _ x: Tensor, _ labels: [Int], _ penalty: Double)
    -> Double
  {
    let logits = model.logits(x).values.map(Double.init)
    var loss = 0.0
    for (row, label) in labels.enumerated() {
      let own = logits[3 * row..<3 * row + 3]
      loss += log(own.reduce(0) { $0 + exp($1) }) - logits[3 * row + label]
    }
    let squares = model.weights.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    return loss / Double(labels.count) + penalty / 2 * squares
  }

  @Test("no weight can be moved to make the objective smaller", arguments: [1, 0.01, 1e-4])
  func minimum(penalty: Double) {
    let (x, labels) = sample()
    let model = LogisticRegression(fitting: x, labels: labels, classes: 3, penalty: penalty)
    let least = objective(model, x, labels, penalty)
    for index in 0..<12 {
      for step: Float in [-0.02, 0.02] {
        var weights = model.weights.values
        weights[index] += step
        let moved = LogisticRegression(weights: Tensor([4, 3], weights), bias: model.bias)
        #expect(objective(moved, x, labels, penalty) > least - 1e-7)
      }
    }
    // The bias is free, so that the mean probability of a class is its share.
    var sums = [0.0, 0, 0]
    model.logits(x).forEachRow { _, row in
      let all = row.indices.map { exp(Double(row[$0])) }
      for label in 0..<3 { sums[label] += all[label] / all.reduce(0, +) }
    }
    for sum in sums { #expect(abs(sum / 90 - 1.0 / 3) < 1e-3) }
  }

  @Test func `the start changes nothing, nor does the number of threads`() {
    let (x, labels) = sample(700)
    let plain = LogisticRegression(fitting: x, labels: labels, classes: 3, penalty: 0.01)
    let other = LogisticRegression(fitting: x, labels: labels, classes: 3, penalty: 3)
    let warm = LogisticRegression(fitting: x, labels: labels, classes: 3, penalty: 0.01, from: other)
    for (a, b) in zip(plain.weights.values, warm.weights.values) { #expect(abs(a - b) < 2e-3) }
    let single = withThreadCount(1) {
      LogisticRegression(fitting: x, labels: labels, classes: 3, penalty: 0.01)
    }
    #expect(single.weights.values == plain.weights.values && single.bias == plain.bias)
  }

  @Test func `a penalty without end gives the shares, a tiny one separates what can be separated`() {
    let x = Tensor([4, 1], [-1, -0.5, 0.5, 1])
    let strong = LogisticRegression(fitting: x, labels: [0, 1, 1, 1], classes: 2, penalty: 1e4)
    #expect(strong.predictions(x) == [1, 1, 1, 1] && abs(strong.bias[1] - strong.bias[0] - 1.0986) < 1e-2)
    let weak = LogisticRegression(fitting: x, labels: [0, 0, 1, 1], classes: 2, penalty: 1e-4)
    #expect(weak.predictions(x) == [0, 0, 1, 1])
  }
}
