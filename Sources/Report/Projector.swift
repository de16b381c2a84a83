package import SiamDatasets
package import SiamFeatures
import SiamFiles
import SiamImages
import SiamTensors

/// Features as TensorBoard's projector reads them: a folder with vectors, names, small pictures, and what joins them.
package struct Projector: Sendable {
  /// The files, in the order in which they are written.
  package let files: [(name: String, bytes: [UInt8])]

  package static let vectors = "vectors.tsv"
  package static let metadata = "metadata.tsv"
  package static let sprite = "sprite.png"
  package static let configuration = "projector_config.pbtxt"
  /// Every name that is written.
  package static let names = [vectors, metadata, sprite, configuration]

  /// The largest side of an image that browsers take as a texture, and of a picture on it, in pixels.
  private static let (largestSheet, largestCell) = (8192, 64)

  /// - Parameters:
  ///   - table: the features of these images, with paths.
  ///   - progress: called with the images done so far; may throw to stop.
  /// - Throws: `ImageError`, and what `progress` throws.
  package init(
    _ table: FeatureTable, of images: ImageSubset, progress: (Int) throws -> Void
  ) throws {
    let present = images.present
    precondition(present.count == table.count, "\(table.count) rows for \(present.count) pictures")
    let columns = Int(Double(table.count).squareRoot().rounded(.up))
    let cell = max(1, min(Self.largestCell, Self.largestSheet / columns))
    let sheet = try Self.sheet(present, columns: columns, cell: cell, progress: progress)
    files = [
      (Self.vectors, Array(Self.text(of: table).utf8)),
      (Self.metadata, Array(Self.names(of: table).utf8)),
      (Self.sprite, try sheet.pngBytes(chunks: OwnMark.sheet.chunk)),
      (Self.configuration, Array(Self.configuration(cell: cell).utf8)),
    ]
  }

  /// A row a line, its numbers separated by tabs.
  private static func text(of table: FeatureTable) -> String {
    var text = ""
    for row in 0..<table.count {
      let vector = table.vectors[row * table.dimension..<(row + 1) * table.dimension]
      text += vector.map { "\($0)" }.joined(separator: "\t") + "\n"
    }
    return text
  }

  /// The path of each row, and its class where there are classes. A single column has no heading.
  private static func names(of table: FeatureTable) -> String {
    let paths = table.paths.map(oneLineName)
    guard let labels = table.labels else { return paths.map { $0 + "\n" }.joined() }
    return "path\tlabel\n"
      + zip(paths, labels).map { "\($0)\t\(oneLineName(table.classes[$1]))\n" }.joined()
  }

  /// The message ProjectorConfig of TensorBoard's projector, as text.
  private static func configuration(cell: Int) -> String {
    """
    embeddings {
      tensor_name: "siam"
      tensor_path: "\(vectors)"
      metadata_path: "\(metadata)"
      sprite {
        image_path: "\(sprite)"
        single_image_dim: \(cell)
        single_image_dim: \(cell)
      }
    }

    """
  }

  /// The pictures row by row, each within its square.
  private static func sheet(
    _ images: ImageSubset, columns: Int, cell: Int, progress: (Int) throws -> Void
  ) throws -> Image {
    let rows = (images.count + columns - 1) / columns
    let width = columns * cell
    var pixels = [UInt8](repeating: 255, count: 3 * width * rows * cell)
    for row in 0..<rows {
      let some = images.indices[row * columns..<min((row + 1) * columns, images.count)]
      let small = parallelMap(some.count) { place in
        Result { () throws(ImageError) in
          try images.store.upright(some[some.startIndex + place]).fitted(to: cell)
        }
      }
      for (column, result) in small.enumerated() {
        let image = try result.get()
        let (left, top) = ((cell - image.width) / 2, (cell - image.height) / 2)
        image.paste(into: &pixels, width: width, at: (column * cell + left, row * cell + top))
      }
      try progress(min((row + 1) * columns, images.count))
    }
    return Image(width: width, height: rows * cell, pixels: pixels)
  }
}
