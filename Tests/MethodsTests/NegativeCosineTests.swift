import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct NegativeCosineTests {
  /// Equation 1 in double precision.
  private func plain(_ p: [Double], _ z: [Double], _ rows: Int) -> Double {
    let columns = p.count / rows
    return -(0..<rows).reduce(0) { sum, row in
      let (a, b) = (p[row * columns..<(row + 1) * columns], z[row * columns..<(row + 1) * columns])
      let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      let lengths = a.reduce(0) { $0 + $1 * $1 } * b.reduce(0) { $0 + $1 * $1 }
      return sum + product / lengths.squareRoot()
    } / Double(rows)
  }

  @Test("the loss and its gradient agree with central differences", arguments: [1, 2, 7], [2, 3, 33])
  func gradients(rows: Int, columns: Int) {
    let (p, z) = (randomTensor([rows, columns], 1), randomTensor([rows, columns], 2))
    let (loss, dp) = negativeCosine(p, z)
    let (point, target) = (p.values.map(Double.init), z.values.map(Double.init))
    #expect(abs(loss - plain(point, target, rows)) < 1e-12)
    #expect(largestGradientError(dp.values, at: point) { plain($0, target, rows) } < 1e-6)
  }

  @Test func `the loss and its gradient are PyTorch's, where p is zero too`() throws {
    let reference = try Reference("layers")
    let (loss, dp) = try negativeCosine(reference.tensor("cosine/p"), reference.tensor("cosine/z"))
    let (expected, gradient): ([Float], [Float]) = try (
      reference.values("cosine/loss"), reference.values("cosine/dp")
    )
    #expect(relativeError([Float(loss)], expected) < 1e-6)
    // The last row's gradient is 10⁷ times the others': by row.
    for row in 0..<5 {
      let range = row * 7..<row * 7 + 7
      #expect(relativeError(Array(dp.values[range]), Array(gradient[range])) < 1e-6)
    }
  }

  @Test func `the loss is −1 for equal directions, 1 for opposite ones, whatever the lengths`() {
    let p = Tensor([2, 2], [3, 4, 0, 1e-3])
    #expect(abs(negativeCosine(p, Tensor([2, 2], [6, 8, 0, 5])).loss + 1) < 1e-12)
    #expect(abs(negativeCosine(p, Tensor([2, 2], [-6, -8, 0, -5])).loss - 1) < 1e-12)
  }

  @Test func `no numbers come in, none go out, and shapes must agree`() async {
    #expect(negativeCosine(Tensor([1, 2], [.nan, 1]), Tensor([1, 2], [1, 1])).loss.isNaN)
    let zero = negativeCosine(Tensor(zeros: [2, 3]), Tensor(zeros: [2, 3]))
    #expect(zero.loss == 0 && zero.dp.values == [0, 0, 0, 0, 0, 0])
    await #expect(processExitsWith: .failure) {
      _ = negativeCosine(Tensor(zeros: [2, 3]), Tensor(zeros: [3, 2]))
    }
  }
}
