import SiamTensors

/// Points of a plane, one for each feature vector.
package struct Embedding: Sendable, Equatable {
  /// The coordinates, (N) each.
  package var x, y: [Float]

  package init(x: [Float], y: [Float]) {
    precondition(x.count == y.count, "\(x.count) and \(y.count) coordinates")
    (self.x, self.y) = (x, y)
  }

  package var count: Int { x.count }

  /// The rows that decide the directions of the principal components: more would change no map that is looked at.
  private static let sample = 2000

  /// The two leading principal components of the L2-normalised vectors.
  ///
  /// The directions are those of up to 2,000 rows spread evenly over the table.
  package init(principalComponentsOf table: FeatureTable) {
    let (count, d) = (table.count, table.dimension)
    let some = min(count, Self.sample)
    guard some > 2, d > 1 else {
      self.init(x: (0..<count).map { table.vectors[$0 * d] }, y: [Float](repeating: 0, count: count))
      return
    }
    let chosen = UnitRows(table.rows((0..<some).map { $0 * count / some }).vectors, dimension: d)
    let rows = Matrix(some, d, chosen.centred())
    let (across, back) = (PackedDoubles(rows.transposed), PackedDoubles(rows))
    let leading = LeadingEigenvectors(2, side: d) { $0 * across * back }
    let (first, second) = (leading.vectors[rows: 0..<1].values, leading.vectors[rows: 1..<2].values)
    let means = chosen.means()
    let points = parallelMap((count + 255) / 256) { part -> [(Float, Float)] in
      let range = part * 256..<min((part + 1) * 256, count)
      let unit = UnitRows(
        Array(table.vectors[range.lowerBound * d..<range.upperBound * d]), dimension: d)
      let values = unit.values.span
      return (0..<range.count).map { row in
        var (u, v) = (0.0, 0.0)
        for column in 0..<d {
          let value = values[row * d + column] - means[column]
          u += value * first[column]
          v += value * second[column]
        }
        return (Float(u), Float(v))
      }
    }.flatMap { $0 }
    self.init(x: points.map(\.0), y: points.map(\.1))
    face(x.count)
  }

  /// An eigenvector's sign is chance: the points far out lie to the right and below.
  private mutating func face(_ count: Int) {
    func skew(_ values: [Float]) -> Float { values.reduce(0) { $0 + $1 * $1 * $1 } }
    if skew(x) < 0 { x = x.map { -$0 } }
    if skew(y) < 0 { y = y.map { -$0 } }
  }
}
