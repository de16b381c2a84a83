/// The features of some images, with their labels and paths.
///
/// Layout: `vectors[row * dimension + column]`, a row for each image.
public struct FeatureTable: Sendable, Equatable {
  /// The features (N, D), row by row.
  public var vectors: [Float]
  /// The number of rows, N.
  public let count: Int
  /// The length of each vector, D; at least 1.
  public let dimension: Int
  /// The class of each image, an index into `classes`; nil for unlabelled images.
  public var labels: [Int]?
  /// The names of the classes; empty without labels, or when classes have only numbers.
  public var classes: [String]
  /// The path of each image; empty when unknown.
  public var paths: [String]

  /// A table of vectors that some encoder made.
  ///
  /// - Precondition: `vectors.count` is a multiple of `dimension`; labels and paths, where given, are one for each row;
  ///   labels are at least 0 and, where classes have names, below their number.
  public init(
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

  /// The table of the chosen rows, in the order given.
  ///
  /// - Precondition: indices of rows.
  package func rows(_ chosen: [Int]) -> FeatureTable {
    var vectors: [Float] = []
    vectors.reserveCapacity(chosen.count * dimension)
    for row in chosen { vectors += self.vectors[row * dimension..<(row + 1) * dimension] }
    return FeatureTable(
      vectors: vectors, dimension: dimension, labels: labels.map { labels in chosen.map { labels[$0] } },
      classes: classes, paths: paths.isEmpty ? [] : chosen.map { paths[$0] })
  }

  /// The index of the first row that holds NaN or infinity; nil if all are finite.
  package var firstRowNotFinite: Int? {
    vectors.firstIndex { !$0.isFinite }.map { $0 / dimension }
  }
}
