/// What an encoder says about a set of pictures: a vector a picture, its label and its path.
///
/// Layout: `vectors[row * dimension + column]`, the rows in the order of the folder.
package struct FeatureTable: Sendable, Equatable {
  /// The features, N x D, row by row.
  package var vectors: [Float]
  /// The number of pictures, N.
  package let count: Int
  /// The length of each vector, D; at least 1.
  package let dimension: Int
  /// The class of each picture, an index into `classes`; nil for unlabelled pictures.
  package var labels: [Int]?
  /// The names of the classes; empty without labels, or when the classes have only numbers.
  package var classes: [String]
  /// Where each picture lies; empty when unknown.
  package var paths: [String]

  /// - Precondition: `vectors` are whole rows; labels and paths, where given, are one a row; labels are at least 0
  ///   and, where classes are named, name one.
  package init(
    vectors: [Float], dimension: Int, labels: [Int]? = nil, classes: [String] = [], paths: [String] = []
  ) {
    precondition(
      dimension > 0 && vectors.count % dimension == 0, "\(vectors.count) floats in rows of \(dimension)")
    let count = vectors.count / dimension
    precondition(paths.isEmpty || paths.count == count, "\(paths.count) paths for \(count) rows")
    if let labels {
      precondition(labels.count == count, "\(labels.count) labels for \(count) rows")
      let limit = classes.isEmpty ? Int.max : classes.count
      precondition(
        labels.allSatisfy { $0 >= 0 && $0 < limit }, "a label outside the \(classes.count) classes")
    }
    (self.vectors, self.count, self.dimension) = (vectors, count, dimension)
    (self.labels, self.classes, self.paths) = (labels, classes, paths)
  }

  /// The rows in that order, for a held-out slice.
  ///
  /// - Precondition: rows of the table.
  package func rows(_ chosen: [Int]) -> FeatureTable {
    var vectors: [Float] = []
    vectors.reserveCapacity(chosen.count * dimension)
    for row in chosen { vectors += self.vectors[row * dimension..<(row + 1) * dimension] }
    return FeatureTable(
      vectors: vectors, dimension: dimension, labels: labels.map { labels in chosen.map { labels[$0] } },
      classes: classes, paths: paths.isEmpty ? [] : chosen.map { paths[$0] })
  }

  /// The first row that holds a number which is infinite or none; nil when all is well.
  package var firstBrokenRow: Int? {
    vectors.firstIndex { !$0.isFinite }.map { $0 / dimension }
  }
}
