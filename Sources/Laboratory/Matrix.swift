import SiamFeatures
import SiamNeuralNetworks
import SiamTensors

/// A small matrix in double precision, for theory that has to hold to many digits.
struct Matrix: Sendable, Equatable {
  /// The shape.
  let rows, columns: Int
  /// Row by row.
  var values: [Double]

  /// - Precondition: `values.count == rows * columns`.
  init(_ rows: Int, _ columns: Int, _ values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) numbers for \(rows)×\(columns)")
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  /// Independent normal numbers of mean 0.
  init(_ rows: Int, _ columns: Int, deviation: Double, using generator: inout CounterGenerator) {
    self.init(rows, columns, (0..<rows * columns).map { _ in deviation * generator.normal() })
  }

  /// A square matrix with zeros off its diagonal.
  init(diagonal: [Double]) {
    var values = [Double](repeating: 0, count: diagonal.count * diagonal.count)
    for (index, value) in diagonal.enumerated() { values[index * diagonal.count + index] = value }
    self.init(diagonal.count, diagonal.count, values)
  }

  /// mᵀ.
  var transposed: Matrix {
    var result = values
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
    }
    return Matrix(columns, rows, result)
  }

  /// The Frobenius norm.
  var norm: Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// (m + mᵀ) / 2. - Precondition: square.
  var symmetricPart: Matrix { 0.5 * (self + transposed) }

  /// The eigenvalues of the symmetric part, ascending.
  var eigenvalues: [Double] { symmetricEigenvalues(symmetricPart.values, rows) }

  /// The matrix product.
  static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows, "\(a.rows)×\(a.columns) times \(b.rows)×\(b.columns)")
    var result = [Double](repeating: 0, count: a.rows * b.columns)
    let (left, right) = (a.values.span, b.values.span)
    var target = result.mutableSpan
    for row in 0..<a.rows {
      for inner in 0..<a.columns {
        let factor = left[row * a.columns + inner]
        for column in 0..<b.columns {
          target[row * b.columns + column] += factor * right[inner * b.columns + column]
        }
      }
    }
    return Matrix(a.rows, b.columns, result)
  }

  /// The product with a scalar.
  static func * (factor: Double, m: Matrix) -> Matrix {
    Matrix(m.rows, m.columns, m.values.map { factor * $0 })
  }

  /// The element-wise sum.
  static func + (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.rows == b.rows && a.columns == b.columns, "matrices of different shapes")
    return Matrix(a.rows, a.columns, zip(a.values, b.values).map { $0 + $1 })
  }

  /// The element-wise difference.
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

  /// Solves m·x = b for a symmetric positive definite m by conjugate gradients.
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
