import SiamFeatures
import SiamNeuralNetworks
import SiamTensors

/// For theory that has to hold to many digits.
extension Matrix {
  /// Independent normal numbers of mean 0.
  init(_ rows: Int, _ columns: Int, deviation: Double, using generator: inout CounterGenerator) {
    self.init(rows, columns, (0..<rows * columns).map { _ in deviation * generator.normal() })
  }

  /// The Frobenius norm.
  var norm: Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// (m + mᵀ) / 2. - Precondition: square.
  var symmetricPart: Matrix { 0.5 * (self + transposed) }

  /// The eigenvalues of the symmetric part, ascending.
  var eigenvalues: [Double] { symmetricEigenvalues(symmetricPart.values, rows) }

  /// Every entry times a number.
  static func * (factor: Double, m: Matrix) -> Matrix {
    Matrix(m.rows, m.columns, m.values.map { factor * $0 })
  }

  /// The sum, entry by entry.
  static func + (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.rows == b.rows && a.columns == b.columns, "matrices of different shapes")
    return Matrix(a.rows, a.columns, zip(a.values, b.values).map { $0 + $1 })
  }

  /// The difference, entry by entry.
  static func - (a: Matrix, b: Matrix) -> Matrix { a + (-1) * b }
}

extension Matrix {
  /// Orthonormal rows in random directions.
  ///
  /// - Precondition: no more rows than columns.
  static func orthonormal(_ rows: Int, _ columns: Int, using generator: inout CounterGenerator) -> Matrix {
    precondition(rows <= columns, "\(rows) orthonormal rows of length \(columns)")
    let basis = SiamNeuralNetworks.orthonormal(rows) { (0..<columns).map { _ in generator.normal() } }
    return Matrix(rows, columns, Array(basis.joined()))
  }

  /// x of m·x = b for a symmetric positive definite m, by conjugate gradients.
  func solution(for b: [Double]) -> [Double] {
    func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
    var (x, residual) = ([Double](repeating: 0, count: b.count), b)
    var (direction, square) = (residual, dot(b, b))
    let goal = 1e-20 * square
    for _ in 0..<10 * b.count where square > goal {
      let image = (self * Matrix(b.count, 1, direction)).values
      let step = square / dot(direction, image)
      for index in x.indices {
        x[index] += step * direction[index]
        residual[index] -= step * image[index]
      }
      let next = dot(residual, residual)
      for index in x.indices { direction[index] = residual[index] + next / square * direction[index] }
      square = next
    }
    return x
  }
}
