import Glibc
package import SiamTensors

/// Multinomial logistic regression: the mean of −log p(label | x) plus penalty / 2 · Σ weights², the bias being free.
///
/// Shapes: x (N, D), weights (D, classes), bias (classes). In scikit-learn's words C is 1 / (N · penalty).
package struct LogisticRegression: Sendable {
  package let weights: Tensor
  package let bias: [Float]

  /// Fits to labelled rows by L-BFGS.
  ///
  /// - Parameters:
  ///   - start: where to begin, which saves steps and changes little else.
  ///   - tolerance: the steepest slope that is level enough.
  /// - Precondition: a label below `classes` for each row; `penalty` is above 0.
  package init(
    fitting x: Tensor, labels: [Int], classes: Int, penalty: Double, from start: LogisticRegression? = nil,
    tolerance: Double = 1e-5
  ) {
    precondition(x.rows == labels.count && x.rows > 0, "\(labels.count) labels for \(x.rows) rows")
    precondition(labels.allSatisfy { (0..<classes).contains($0) } && penalty > 0, "no such class, or penalty")
    let (d, count) = (x.channels, x.channels * classes)
    let zero = [Double](repeating: 0, count: count + classes)
    let from = start.map { ($0.weights.values + $0.bias).map(Double.init) } ?? zero
    let found = LBFGS(from: from, tolerance: tolerance) { point in
      let model = LogisticRegression(point, d, classes)
      let (loss, residual) = model.loss(x, labels)
      let slopes = transposedProduct(x, residual)
      var gradient = [Double](repeating: 0, count: count + classes)
      var squares = 0.0
      slopes.forEachRow { feature, row in
        for label in 0..<classes {
          let index = feature * classes + label
          squares += point[index] * point[index]
          gradient[index] = Double(row[label]) + penalty * point[index]
        }
      }
      residual.forEachRow { _, row in
        for label in 0..<classes { gradient[count + label] += Double(row[label]) }
      }
      return (loss + penalty / 2 * squares, gradient)
    }
    self.init(found.point, d, classes)
  }

  init(weights: Tensor, bias: [Float]) { (self.weights, self.bias) = (weights, bias) }

  private init(_ point: [Double], _ d: Int, _ classes: Int) {
    self.init(
      weights: Tensor([d, classes], point[..<(d * classes)].map { Float($0) }),
      bias: point[(d * classes)...].map { Float($0) })
  }

  /// The logarithms of the classes' probabilities, but for a constant of each row: (N, classes).
  package func logits(_ x: Tensor) -> Tensor {
    product(x, PackedMatrix(weights), bias: Tensor([bias.count], bias))
  }

  /// The most probable class of each row, the first among equals.
  package func predictions(_ x: Tensor) -> [Int] {
    var labels: [Int] = []
    logits(x).forEachRow { _, row in
      var best = 0
      for label in row.indices where row[label] > row[best] { best = label }
      labels.append(best)
    }
    return labels
  }

  /// The mean loss, and its gradient by the logits, (probabilities − one-hot labels) / N: (N, classes), and zeros up to
  /// whole vectors, without which the products of few classes would be scalar.
  private func loss(_ x: Tensor, _ labels: [Int]) -> (Double, Tensor) {
    let (n, classes) = (x.rows, bias.count)
    let width = (classes + 15) / 16 * 16
    let logits = logits(x).values
    let block = 512
    let parts = parallelMap((n + block - 1) / block) { part in
      let rows = part * block..<min((part + 1) * block, n)
      var residual = [Float](repeating: 0, count: rows.count * width)
      var loss = 0.0
      for row in rows {
        let logits = logits.span.extracting(row * classes..<(row + 1) * classes)
        let start = (row - rows.lowerBound) * width
        var values = residual.mutableSpan
        var highest = logits[0]
        for index in logits.indices { highest = max(highest, logits[index]) }
        var sum: Float = 0
        for index in logits.indices {
          values[start + index] = exp(logits[index] - highest)
          sum += values[start + index]
        }
        loss += log(Double(sum)) - Double(logits[labels[row]] - highest)
        for index in start..<start + classes { values[index] /= sum * Float(n) }
        values[start + labels[row]] -= 1 / Float(n)
      }
      return (loss: loss, residual: residual)
    }
    return (
      parts.reduce(0) { $0 + $1.loss } / Double(n), Tensor([n, width], parts.flatMap(\.residual))
    )
  }
}
