package import SiamTensors

/// Feature vectors as linear classifiers see them: scaled to length 1, less their mean, on one scale for all columns.
package struct CentredDirections: Sendable {
  private let means: [Double]
  private let scale: Double

  /// Measures mean and scale, the root of the mean square of all numbers then, on a table.
  package init(of table: FeatureTable) {
    let (unit, _) = unitRows(Tensor([table.count, table.dimension], table.vectors))
    var means = [Double](repeating: 0, count: table.dimension)
    unit.forEachRow { _, row in for column in row.indices { means[column] += Double(row[column]) } }
    means = means.map { $0 / Double(max(1, table.count)) }
    var squares = 0.0
    unit.forEachRow { _, row in
      for column in row.indices {
        let value = Double(row[column]) - means[column]
        squares += value * value
      }
    }
    let spread = (squares / Double(max(1, table.count * table.dimension))).squareRoot()
    (self.means, scale) = (means, spread > 1e-12 ? 1 / spread : 1)
  }

  /// Shapes: (N, D).
  package func callAsFunction(_ table: FeatureTable) -> Tensor {
    var (unit, _) = unitRows(Tensor([table.count, table.dimension], table.vectors))
    unit.updateRows { _, row in
      for column in row.indices { row[column] = Float((Double(row[column]) - means[column]) * scale) }
    }
    return unit
  }
}
