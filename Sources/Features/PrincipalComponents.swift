import Glibc
package import SiamTensors

/// The leading principal components of feature vectors, for shorter vectors of the same meaning.
///
/// y = E·(x − mean) · λ^(−exponent/2) by component: 0 keeps the distances as far as the components go, 1 whitens them.
package struct PrincipalComponents: Sendable {
  /// (D).
  package let mean: [Float]
  /// (count, D): an orthonormal direction a row, of descending variance.
  package let directions: Tensor
  /// (count): the variance along each.
  package let variances: [Float]

  package init(mean: [Float], directions: Tensor, variances: [Float]) {
    precondition(directions.channels == mean.count && directions.rows == variances.count)
    (self.mean, self.directions, self.variances) = (mean, directions, variances)
  }

  /// - Parameter count: at most D, and at most the vectors seen less one.
  package init(_ count: Int, of moments: FeatureMoments) {
    let d = moments.dimension
    precondition(
      moments.count > count && count <= d, "\(count) components of \(moments.count) vectors of \(d)")
    let covariance = PackedDoubles(moments.covariance)
    let leading = LeadingEigenvectors(count, side: d) { $0 * covariance }
    mean = moments.mean.map { Float($0) }
    directions = Tensor([count, d], leading.vectors.values.map { Float($0) })
    variances = leading.values.map { Float(max($0, 0)) }
  }

  /// The components of few vectors of great length, by the eigenvectors of their products with each other.
  ///
  /// Directions in which the vectors do not vary are zero.
  /// Shapes: x (N, D).
  /// - Parameter count: at most N.
  package init(_ count: Int, ofFew x: Tensor) {
    let (n, d) = (x.rows, x.channels)
    precondition(count <= n, "\(count) components of \(n) vectors")
    var values = x.values
    var sums = [Double](repeating: 0, count: d)
    for row in 0..<n { for column in 0..<d { sums[column] += Double(values[row * d + column]) } }
    let mean = sums.map { Float($0 / Double(n)) }
    for row in 0..<n { for column in 0..<d { values[row * d + column] -= mean[column] } }
    let centred = Tensor([n, d], values)
    let products = product(centred, PackedMatrix(transposing: centred))
    let packed = PackedDoubles(Matrix(n, n, products.values.map { Double($0) / Double(n) }))
    let leading = LeadingEigenvectors(count, side: n) { $0 * packed }
    let floor = 1e-9 * (leading.values.first ?? 0)
    var turns = leading.vectors
    for (row, variance) in leading.values.enumerated() {
      let scale = variance > floor ? 1 / (Double(n) * variance).squareRoot() : 0
      for column in 0..<n { turns.values[row * n + column] *= scale }
    }
    self.init(
      mean: mean,
      directions: product(Tensor([count, n], turns.values.map { Float($0) }), PackedMatrix(centred)),
      variances: leading.values.map { Float(max($0, 0)) })
  }

  /// Shapes: x (N, D) to (N, count).
  package func applied(to x: Tensor, exponent: Double) -> Tensor {
    var rows = directions
    // Vectors that are all the same vary along no direction.
    let (d, floor) = (mean.count, max((variances.first ?? 0) * 1e-9, .leastNormalMagnitude))
    rows.withMutableSpan { all in
      for (row, variance) in variances.enumerated() {
        let scale = pow(max(variance, floor), Float(-exponent / 2))
        for index in row * d..<(row + 1) * d { all[index] *= scale }
      }
    }
    var offset = [Float](repeating: 0, count: variances.count)
    rows.withSpan { all in
      for row in offset.indices {
        var sum = 0.0
        for index in 0..<d { sum -= Double(all[row * d + index]) * Double(mean[index]) }
        offset[row] = Float(sum)
      }
    }
    return product(x, PackedMatrix(transposing: rows), bias: Tensor([offset.count], offset))
  }
}

/// Mean and covariance of vectors that come in batches.
package struct FeatureMoments: Sendable {
  package let dimension: Int
  package private(set) var count = 0
  private var sums: [Double]
  private var products: Matrix
  /// Products are taken about the first batch's mean, which spares them cancellation.
  private var origin: [Float]?

  package init(dimension: Int) {
    self.dimension = dimension
    sums = [Double](repeating: 0, count: dimension)
    products = Matrix(zeros: dimension, dimension)
  }

  /// Adds the rows of x, (N, D).
  package mutating func add(_ x: Tensor) {
    precondition(x.channels == dimension, "vectors of \(x.channels), expected \(dimension)")
    let (rows, d) = (x.rows, dimension)
    var batch = x.values
    if origin == nil {
      origin = (0..<d).map { column in
        Float((0..<rows).reduce(0.0) { $0 + Double(batch[$1 * d + column]) } / Double(max(1, rows)))
      }
    }
    guard let origin else { return }
    for row in 0..<rows {
      for column in 0..<d {
        batch[row * d + column] -= origin[column]
        sums[column] += Double(batch[row * d + column])
      }
    }
    let centred = Tensor([rows, d], batch)
    let square = product(transposed(centred), PackedMatrix(centred))
    square.withSpan { square in
      var all = products.values.mutableSpan
      for index in all.indices { all[index] += Double(square[index]) }
    }
    count += rows
  }

  package var mean: [Double] {
    zip(sums, origin ?? []).map { $0 / Double(max(1, count)) + Double($1) }
  }

  /// (D, D), over N.
  package var covariance: Matrix {
    var result = products
    let n = Double(max(1, count))
    for row in 0..<dimension {
      for column in 0..<dimension {
        let index = row * dimension + column
        result.values[index] = products.values[index] / n - sums[row] / n * (sums[column] / n)
      }
    }
    return result
  }
}
