import SiamNeuralNetworks
import SiamTensors

/// L(W, η) = E ‖W a − η_x‖² minimised exactly by turns, as an optimiser stronger than gradients would: η_x becomes the mean of
/// W a over all views of x, then W the least-squares solution for these η.
///
/// A turn makes W to W M with M = E[ā aᵀ] E[a aᵀ]⁻¹, ā the mean code of an image's views, whose eigenvalues lie below 1. So
/// W → 0 and η → 0, where L is 0: the degenerate solution. Where the outputs' covariance is made the identity again after each
/// turn, the same is orthogonal iteration, and ends in the leading eigenvectors.
struct ExactAlternation: Sendable, Encodable {
  /// Whether W a has unit covariance after each turn.
  let isConstrained: Bool
  /// By turn, from before the first: ‖W‖ and L as shares of their start, and the share of W in the closed form's space.
  private(set) var size: [Double] = []
  private(set) var loss: [Double] = []
  private(set) var overlap: [Double] = []

  static let turns = 100

  /// - Parameter leading: the closed form's eigenvectors, a row each; W has as many rows.
  init(_ codes: CodeViews, leading: Matrix, isConstrained: Bool, seed: UInt64) {
    self.isConstrained = isConstrained
    var generator = CounterGenerator(seed, 0x6578_6163)
    let m = codes.dimension
    var encoder = Matrix.orthonormal(leading.rows, m, using: &generator)
    let (square, mean) = Self.moments(codes)
    // M = (E[a aᵀ]⁻¹ E[ā aᵀ])ᵀ: both are symmetric.
    let turn = Matrix(
      m, m, (0..<m).flatMap { square.solution(for: Array(mean.values[$0 * m..<($0 + 1) * m])) })
    let rest = square - mean
    func loss(_ w: Matrix) -> Double {
      zip((w * rest).values, w.values).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let first = (norm: encoder.norm, loss: loss(encoder))
    for index in 0...Self.turns {
      if index > 0 { encoder = encoder * turn }
      if index > 0, isConstrained {
        var rows = (0..<encoder.rows).map { Array(encoder.values[$0 * m..<($0 + 1) * m]) }.makeIterator()
        encoder = Matrix(
          encoder.rows, m,
          orthonormal(encoder.rows) { rows.next() ?? (0..<m).map { _ in generator.normal() } }.flatMap(\.self)
        )
      }
      let inside = (encoder * leading.transposed).norm / max(encoder.norm, 1e-300)
      size.append(encoder.norm / first.norm)
      self.loss.append(loss(encoder) / first.loss)
      overlap.append(inside * inside)
    }
  }

  /// E[a aᵀ], and E[ā aᵀ] = E[ā āᵀ].
  private static func moments(_ codes: CodeViews) -> (square: Matrix, mean: Matrix) {
    let m = codes.dimension
    let all = Matrix(codes.views.reduce(0) { $0 + $1.rows }, m, codes.views.flatMap(\.values))
    let means = codes.bank
    return (
      (1 / Double(all.rows)) * (all.transposed * all), (1 / Double(means.rows)) * (means.transposed * means)
    )
  }
}
