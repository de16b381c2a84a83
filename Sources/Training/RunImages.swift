package import SiamDatasets
package import SiamFiles
package import SiamImages

/// What a run folder says about the images of the run: which it began with, and which could not be used.
extension RunFolder {
  /// An `ImageManifest`: the images that the run began with.
  package var images: String { path + "/pictures.txt" }
  /// The images that could not be read, at the beginning or later, a line each with the reason; only if there are any.
  package var skipped: String { path + "/skipped.txt" }

  /// The labels that a table gave the images that the run began with, as a table; only if there was one.
  package var labels: String { path + "/labels.csv" }
  /// The same for the test images.
  package var testLabels: String { path + "/test-labels.csv" }

  /// Keeps the labels that a table gives a folder's images, or removes those kept of class folders.
  package func keep(labelsOf images: ImageFolder?, in file: String) throws(FileError) {
    guard let images, let labels = images.labels else { return try removeFile(file) }
    try writeFile(file, labels.table(of: images.entries.map(\.path)))
  }

  /// The labels of the run's images as it began; nil for class folders.
  package func labels(of record: RunRecord) throws(LabelError) -> LabelTable? {
    record.images.labels == nil ? nil : try LabelTable(labels)
  }

  /// The labels of its test images; nil for class folders.
  package func testLabels(of record: RunRecord) throws(LabelError) -> LabelTable? {
    record.testLabels == nil ? nil : try LabelTable(testLabels)
  }

  /// Writes the list of the images that the run begins with.
  package func write(_ manifest: ImageManifest) throws(FileError) { try writeFile(images, manifest.text) }

  /// The images that the run began with; nil if the folder does not say, as those of earlier versions do not.
  package func manifest() -> ImageManifest? {
    (try? readFile(images)).flatMap { ImageManifest(text: $0) }
  }

  /// Lists the images that cannot be used.
  package func list(skipped items: [BadImages.Item]) throws(FileError) {
    guard !items.isEmpty else { return }
    try writeFile(skipped, items.map { "\($0)\n" }.joined())
  }
}

extension EarlierRun {
  /// Checks by names alone that a folder has an image of the run.
  ///
  /// - Throws: `CheckpointError.otherImages` if it has none.
  package func requireSomeImages(of images: ImageFolder) throws(CheckpointError) {
    guard let manifest = folder.manifest() else { return }
    let known = Set(manifest.lines.map { Array($0.path.utf8) })
    guard images.entries.contains(where: { known.contains(Array($0.path.utf8)) }) else {
      throw .otherImages(path: images.root)
    }
  }

  /// A store's images in the numbers of the run, see `ImageStore.continuing(_:)`.
  ///
  /// Another folder must have them all while the run's own is still there: it was most likely given by mistake.
  /// - Throws: `CheckpointError.otherImages` if none of the run's is among them, or it is not known which those are.
  package func images(of store: ImageStore) throws(CheckpointError) -> ImageStore {
    let wanted = checkpoint?.images ?? record.images.fingerprint
    let manifest = folder.manifest().flatMap { $0.fingerprint == wanted ? $0 : nil }
    // The same images may have other numbers, since a bad one has come or gone.
    if store.fingerprint == wanted, manifest == nil || manifest == store.manifest { return store }
    let own = realPath(record.images.root)
    guard let manifest, own == nil || own == store.folder.realRoot else {
      throw .otherImages(path: store.folder.root)
    }
    let images = store.continuing(manifest)
    guard images.lostImages.count < images.count else { throw .otherImages(path: store.folder.root) }
    return images
  }
}
