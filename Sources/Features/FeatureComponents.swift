import SiamTensors

extension PrincipalComponents {
  /// The most vectors and numbers of a vector whose products with each other are taken.
  package static let mostFew = 4096

  /// The leading components of a table's rows; of up to 4,096 rows spread over it where vectors are longer than that.
  ///
  /// - Parameter count: at most the length of a vector, and below the number of rows and 4,096.
  package init(_ count: Int, of table: FeatureTable) {
    let d = table.dimension
    guard d <= Self.mostFew else {
      let some = min(table.count, Self.mostFew)
      let chosen = table.rows((0..<some).map { $0 * table.count / some })
      self.init(count, ofFew: Tensor([some, d], chosen.vectors))
      return
    }
    var moments = FeatureMoments(dimension: d)
    for start in stride(from: 0, to: table.count, by: 1024) {
      let end = min(start + 1024, table.count)
      moments.add(Tensor([end - start, d], Array(table.vectors[start * d..<end * d])))
    }
    self.init(count, of: moments)
  }

  /// A file with `mean`, `directions` and `variances`, from which y = directions · (x - mean) follows.
  var file: Safetensors {
    var file = Safetensors(metadata: ["format": "siam components 1"])
    file.add("mean", [mean.count], mean)
    file.add("directions", directions.shape, directions.values)
    file.add("variances", [variances.count], variances)
    return file
  }
}

extension FeatureTable {
  /// The same rows by their components; see `PrincipalComponents`, without whitening.
  ///
  /// - Precondition: the components are those of vectors as long as these.
  package func projected(on components: PrincipalComponents) -> FeatureTable {
    precondition(components.mean.count == dimension, "\(components.mean.count) numbers, not \(dimension)")
    let short = components.applied(to: Tensor([count, dimension], vectors), exponent: 0)
    return FeatureTable(
      vectors: short.values, dimension: components.variances.count, labels: labels, classes: classes,
      paths: paths)
  }
}
