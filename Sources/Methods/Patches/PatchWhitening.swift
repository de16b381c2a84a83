import SiamFeatures
package import SiamTensors

/// The linear map from a patch of pixels to its whitened coordinates.
///
/// Each channel's mean over the patch is subtracted, then the patches' mean; the first `rank` principal components are
/// divided by √(λ + ε). Shapes: a patch (side · side · 3), in the order y, x, channel, to (rank).
/// Source: Coates, Ng 2011; Chen, Yun, Ma, Olshausen, LeCun 2022.
package struct PatchWhitening: Sendable {
  /// (side · side · 3, rank) and (rank).
  package let weights, bias: Tensor
  /// The share of the patches' variance that the components hold.
  package let explained: Double
  private static let epsilon = 1e-2

  package init(weights: Tensor, bias: Tensor) { (self.weights, self.bias, explained) = (weights, bias, .nan) }

  /// - Parameter patches: (N, side · side · 3), values from 0 to 1.
  package init(_ patches: Tensor, rank: Int) {
    let (count, length) = (patches.rows, patches.channels)
    // Centring by channel is the matrix I − 1/s² for entries of one channel.
    let area = Double(length / 3)
    var centring = Matrix(zeros: length, length)
    for i in 0..<length {
      for j in stride(from: i % 3, to: length, by: 3) {
        centring.values[i * length + j] = (i == j ? 1 : 0) - 1 / area
      }
    }
    let x = Matrix(count, length, patches.values.map(Double.init)) * centring
    var mean = [Double](repeating: 0, count: length)
    for row in 0..<count { for j in 0..<length { mean[j] += x.values[row * length + j] / Double(count) } }
    var covariance = (x.transposed * x).values
    for i in 0..<length {
      for j in 0..<length {
        covariance[i * length + j] = covariance[i * length + j] / Double(count) - mean[i] * mean[j]
      }
    }
    let system = symmetricEigensystem(covariance, length)
    var map = Matrix(zeros: length, rank)
    for component in 0..<rank {
      let from = length - 1 - component
      let scale = 1 / (max(system.values[from], 0) + Self.epsilon).squareRoot()
      for i in 0..<length { map.values[i * rank + component] = scale * system.vectors[from * length + i] }
    }
    let total = system.values.reduce(0, +)
    explained = total > 0 ? system.values.suffix(rank).reduce(0, +) / total : 1
    let whole = centring * map
    let shift = Matrix(1, length, mean) * map
    weights = Tensor([length, rank], whole.values.map { Float($0) })
    bias = Tensor([rank], shift.values.map { Float(-$0) })
  }
}
