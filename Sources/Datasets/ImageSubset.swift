package import SiamFeatures
import SiamImages

/// A selection of a store's images, in any order.
package struct ImageSubset: Sendable {
  package let store: ImageStore
  /// The images' indices in the store.
  package let indices: [Int]
  /// The view through which evaluation sees the images; nil for the square in the middle.
  package let view: ImageView?

  /// - Precondition: indices of the store's images.
  package init(_ store: ImageStore, _ indices: [Int], seen view: ImageView? = nil) {
    precondition(indices.allSatisfy { (0..<store.count).contains($0) }, "no such picture in the store")
    (self.store, self.indices, self.view) = (store, indices, view)
  }

  /// All of a store's images, in its order.
  package init(_ store: ImageStore) { self.init(store, Array(0..<store.count)) }

  /// The images of a store that have a class; all of them where none has.
  package init(labelledOf store: ImageStore) {
    let labelled = store.classNumbers.enumerated().filter { $0.element != nil }.map(\.offset)
    self.init(store, labelled.isEmpty ? Array(0..<store.count) : labelled)
  }

  /// The number of images.
  package var count: Int { indices.count }

  /// Those that are not lost, see `ImageStore.isLost`.
  package var present: ImageSubset {
    store.lostImages.isEmpty ? self : ImageSubset(store, indices.filter { !store.isLost($0) })
  }

  /// Those whose pixels another selection lacks.
  package func without(copiesOf other: ImageSubset) -> ImageSubset {
    let known = Set(other.indices.map { other.store.prints[$0] })
    return ImageSubset(store, indices.filter { !known.contains(store.prints[$0]) }, seen: view)
  }

  /// Their classes; none unless every one of them has one.
  package var labelling: Labelling { labelling(ofOthers: nil) }

  /// - Parameter other: a class for those without one, where others have one; nil for no classes then.
  private func labelling(ofOthers other: String?) -> Labelling {
    let (numbers, classes) = (store.classNumbers, store.folder.classes)
    let known = indices.compactMap { numbers[$0] }
    if known.count == count, !classes.isEmpty { return Labelling(labels: known, classes: classes) }
    guard let other, !known.isEmpty else { return Labelling(labels: nil, classes: classes) }
    return Labelling(labels: indices.map { numbers[$0] ?? classes.count }, classes: classes + [other])
  }

  /// Feature vectors of the images as a table, with classes and paths; without the rows of those that are lost.
  ///
  /// - Parameters:
  ///   - vectors: row by row, (count, D).
  ///   - other: a class for images without one, where others have one; nil for no classes then.
  /// - Precondition: a row for each image.
  package func table(_ vectors: [Float], classOfOthers other: String? = nil) -> FeatureTable {
    let (labelling, paths) = (labelling(ofOthers: other), store.paths)
    let table = FeatureTable(
      vectors: vectors, dimension: vectors.count / max(1, count), labels: labelling.labels,
      classes: labelling.classes, paths: indices.map { paths[$0] })
    if store.lostImages.isEmpty { return table }
    return table.rows(indices.indices.filter { !store.isLost(indices[$0]) })
  }

  /// The images at some positions of the subset.
  package subscript(positions: Range<Int>) -> ImageSubset {
    ImageSubset(store, Array(indices[positions]), seen: view)
  }

  /// The same images, seen through a view.
  package func seen(through view: ImageView) -> ImageSubset { ImageSubset(store, indices, seen: view) }
}
