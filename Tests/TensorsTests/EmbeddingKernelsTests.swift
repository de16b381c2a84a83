import CSiamKernels
import SiamTensors
import TestSupport
import Testing

/// The forces of t-SNE against sums in double precision.
@Suite struct EmbeddingKernelsTests {
  @Test("every pair repels", arguments: kernelVariants, [1, 15, 16, 37])
  func repulsion(variant: String, count: Int) throws {
    let kernels = try unsafe kernels(variant)
    let padding = [Float](repeating: 1e18, count: (16 - count % 16) % 16)
    let (x, y) = (draws(count, 1) + padding, draws(count, 2) + padding)
    let (from, to) = (count / 3, count)
    var (fx, fy) = ([Float](repeating: untouched, count: to - from + 1), [Float]())
    fy = fx
    let sum = unsafe kernels.repel(x, y, x.count, from, to, &fx, &fy)
    var expectedSum = 0.0
    for i in from..<to {
      var (ex, ey) = (0.0, 0.0)
      for j in 0..<count where j != i {
        let (dx, dy) = (Double(x[i]) - Double(x[j]), Double(y[i]) - Double(y[j]))
        let q = 1 / (1 + dx * dx + dy * dy)
        expectedSum += q
        ex += q * q * dx
        ey += q * q * dy
      }
      #expect(abs(Double(fx[i - from]) - ex) < 1e-4 && abs(Double(fy[i - from]) - ey) < 1e-4)
    }
    #expect(abs(sum - expectedSum) < 1e-4 * max(1, expectedSum))
    #expect(fx.last == untouched && fy.last == untouched)
  }

  @Test("neighbours attract", arguments: kernelVariants)
  func attraction(variant: String) throws {
    let kernels = try unsafe kernels(variant)
    let (x, y, p) = (draws(5, 1), draws(5, 2), draws(7, 3))
    let (starts, columns): ([Int32], [Int32]) = ([0, 2, 2, 5, 6, 7], [1, 4, 0, 1, 3, 2, 0])
    var (fx, fy) = ([Float](repeating: untouched, count: 4), [Float](repeating: untouched, count: 4))
    unsafe kernels.attract(x, y, starts, columns, p, 1, 4, &fx, &fy)
    for i in 1..<4 {
      var (ex, ey) = (0.0, 0.0)
      for k in Int(starts[i])..<Int(starts[i + 1]) {
        let j = Int(columns[k])
        let (dx, dy) = (Double(x[i] - x[j]), Double(y[i] - y[j]))
        let pull = Double(p[k]) / (1 + dx * dx + dy * dy)
        ex += pull * dx
        ey += pull * dy
      }
      #expect(abs(Double(fx[i - 1]) - ex) < 1e-5 && abs(Double(fy[i - 1]) - ey) < 1e-5)
    }
    #expect(fx[3] == untouched && fy[3] == untouched)
  }
}
