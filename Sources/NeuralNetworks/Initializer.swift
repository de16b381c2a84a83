import SiamTensors

/// How the weights of an untrained network are drawn.
public enum Initializer: String, Sendable, CaseIterable, Codable {
  /// Normal with variance 2 / fan-in (He 2015), made for ReLU.
  case he
  /// Orthonormal rows or columns, times √2 (Saxe 2014).
  case orthogonal
  /// Uniform in ±1/√fan-in, PyTorch's default for convolutions and linear layers.
  case uniform
  /// All zero: what an encoder is without a random prior.
  case zero

  /// The first values of an entry, in the order of its shape.
  func values(for entry: ParameterLayout.Entry, using generator: inout CounterGenerator) -> [Float] {
    let count = entry.range.count
    switch entry.role {
    case .scale(let value): return [Float](repeating: value, count: count)
    case .shift: return [Float](repeating: 0, count: count)
    case .bias(let fanIn):
      return self == .uniform
        ? uniformDraws(count, bound: bound(fanIn), &generator) : [Float](repeating: 0, count: count)
    case .weight(let fanIn):
      switch self {
      case .he: return normalDraws(count, deviation: (2 / Double(fanIn)).squareRoot(), &generator)
      case .orthogonal: return orthogonalDraws(rows: fanIn, columns: count / fanIn, &generator)
      case .uniform: return uniformDraws(count, bound: bound(fanIn), &generator)
      case .zero: return [Float](repeating: 0, count: count)
      }
    }
  }

  private func bound(_ fanIn: Int) -> Double { 1 / Double(fanIn).squareRoot() }
}

private func uniformDraws(_ count: Int, bound: Double, _ generator: inout CounterGenerator) -> [Float] {
  (0..<count).map { _ in Float((2 * generator.fraction() - 1) * bound) }
}

private func normalDraws(_ count: Int, deviation: Double, _ generator: inout CounterGenerator) -> [Float] {
  (0..<count).map { _ in Float(generator.normal(deviation: deviation)) }
}

/// The shorter side's vectors made orthonormal, and scaled by √2.
private func orthogonalDraws(rows: Int, columns: Int, _ generator: inout CounterGenerator) -> [Float] {
  let (vectors, length) = (min(rows, columns), max(rows, columns))
  let basis = orthonormal(vectors) { normalDraws(length, deviation: 1, &generator).map(Double.init) }
  return (0..<rows * columns).map { index in
    let (row, column) = (index / columns, index % columns)
    return Float(2.0.squareRoot() * (rows < columns ? basis[row][column] : basis[column][row]))
  }
}
