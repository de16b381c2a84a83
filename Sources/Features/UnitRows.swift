/// Rows scaled to length 1, in double precision.
struct UnitRows {
  /// (N, D), row by row.
  let values: [Double]
  /// N and D.
  let count, dimension: Int

  /// Divides each row by its length, or by 1e-12 where it is shorter, so that a row of zeros stays one.
  ///
  /// - Precondition: `rows.count` is a multiple of `dimension`.
  init(_ rows: [Float], dimension: Int) {
    precondition(dimension > 0 && rows.count % dimension == 0, "\(rows.count) floats in rows of \(dimension)")
    count = rows.count / dimension
    self.dimension = dimension
    var values: [Double] = []
    values.reserveCapacity(rows.count)
    for row in 0..<count {
      let numbers = rows[row * dimension..<(row + 1) * dimension]
      let length = numbers.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      // Not max(), which loses a NaN.
      let divisor = length < 1e-12 ? 1e-12 : length
      for number in numbers { values.append(Double(number) / divisor) }
    }
    self.values = values
  }

  /// The mean of each column.
  func means() -> [Double] {
    var sums = [Double](repeating: 0, count: dimension)
    for row in 0..<count {
      for column in 0..<dimension { sums[column] += values[row * dimension + column] }
    }
    return sums.map { $0 / Double(count) }
  }

  /// The rows less their mean.
  func centred() -> [Double] {
    let means = means()
    var result = values
    for row in 0..<count {
      for column in 0..<dimension { result[row * dimension + column] -= means[column] }
    }
    return result
  }
}
