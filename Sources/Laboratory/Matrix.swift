import Glibc
import SiamFeatures
import SiamTensors

/// A small matrix in double precision, row by row: for theory that is to hold to many digits.
struct Matrix: Sendable, Equatable {
  let rows, columns: Int
  var values: [Double]

  /// - Precondition: `values.count == rows * columns`.
  init(_ rows: Int, _ columns: Int, _ values: [Double]) {
    precondition(values.count == rows * columns, "\(values.count) numbers for \(rows)×\(columns)")
    (self.rows, self.columns, self.values) = (rows, columns, values)
  }

  /// Independent normal numbers.
  init(_ rows: Int, _ columns: Int, deviation: Double, using generator: inout CounterGenerator) {
    self.init(rows, columns, (0..<rows * columns).map { _ in deviation * generator.normal() })
  }

  /// `value` on the diagonal.
  init(diagonal: [Double]) {
    var values = [Double](repeating: 0, count: diagonal.count * diagonal.count)
    for (index, value) in diagonal.enumerated() { values[index * diagonal.count + index] = value }
    self.init(diagonal.count, diagonal.count, values)
  }

  var transposed: Matrix {
    var result = values
    for row in 0..<rows {
      for column in 0..<columns { result[column * rows + row] = values[row * columns + column] }
    }
    return Matrix(columns, rows, result)
  }

  /// The square root of the sum of squares.
  var norm: Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// (m + mᵀ) / 2. - Precondition: square.
  var symmetricPart: Matrix { 0.5 * (self + transposed) }

  /// The eigenvalues of the symmetric part, ascending.
  var eigenvalues: [Double] { symmetricEigenvalues(symmetricPart.values, rows) }

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

  static func * (factor: Double, m: Matrix) -> Matrix {
    Matrix(m.rows, m.columns, m.values.map { factor * $0 })
  }

  static func + (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.rows == b.rows && a.columns == b.columns, "matrices of different shapes")
    return Matrix(a.rows, a.columns, zip(a.values, b.values).map { $0 + $1 })
  }

  static func - (a: Matrix, b: Matrix) -> Matrix { a + (-1) * b }
}

extension CounterGenerator {
  /// A standard normal number, by the Box–Muller transform.
  mutating func normal() -> Double {
    let radius = (-2 * log(1 - fraction())).squareRoot()
    return radius * cos(2 * .pi * fraction())
  }
}
