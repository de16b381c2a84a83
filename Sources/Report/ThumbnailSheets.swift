import SiamDatasets
import SiamImages
import SiamTensors

/// The shown pictures, small, many on a sheet: a few large JPEG files open faster than thousands of small ones.
struct ThumbnailSheets: Sendable {
  /// The side of a picture's square in pixels: a multiple of 16, so that no JPEG block has two pictures.
  let cell: Int
  /// Squares in a row of a sheet, and on a sheet.
  static let columns = 16
  static let each = 256
  /// The size of each picture in the top left of its square.
  private(set) var widths: [UInt8] = []
  private(set) var heights: [UInt8] = []
  /// JPEG files.
  private(set) var sheets: [[UInt8]] = []

  /// - Parameter total: the pictures of all galleries of the page, which decides how large each may be.
  /// - Throws: `ImageError`, and what `progress` throws.
  init(_ sides: [ImageSubset], total: Int, progress: (Int) throws -> Void) throws {
    let images = sides.flatMap { side in side.indices.map { (side.store, $0) } }
    let cell = try Self.cell(images, total: total)
    self.cell = cell
    for start in stride(from: 0, to: images.count, by: Self.each) {
      let some = images[start..<min(start + Self.each, images.count)]
      let small = parallelMap(some.count) { offset in
        Result { () throws(ImageError) in
          let (store, index) = some[start + offset]
          return try store.upright(index).fitted(to: cell)
        }
      }
      let rows = (some.count + Self.columns - 1) / Self.columns
      let width = Self.columns * cell
      var pixels = [UInt8](repeating: 128, count: 3 * width * rows * cell)
      for (place, result) in small.enumerated() {
        let image = try result.get()
        widths.append(UInt8(image.width))
        heights.append(UInt8(image.height))
        image.paste(
          into: &pixels, width: width, at: (place % Self.columns * cell, place / Self.columns * cell))
      }
      sheets.append(
        try Image(width: width, height: rows * cell, pixels: pixels).jpegBytes(quality: 82))
      try progress(start + some.count)
    }
  }

  /// As large as a page of 30 MB allows, but no larger than the pictures are.
  private static func cell(_ images: [(ImageStore, Int)], total: Int) throws(ImageError) -> Int {
    var largest = 1
    for place in stride(from: 0, to: images.count, by: max(1, images.count / 32)) {
      let image = try images[place].0.image(images[place].1)
      largest = max(largest, image.width, image.height)
    }
    let room = total <= 1500 ? 96 : total <= 4000 ? 64 : 48
    return min(room, max(16, (largest + 15) / 16 * 16))
  }
}

extension Image {
  /// The image reduced to a longer side of at most `side` pixels; a smaller one stays as it is.
  func fitted(to side: Int) -> Image {
    let longer = max(width, height)
    guard longer > side else { return self }
    func scaled(_ length: Int) -> Int { max(1, (length * side + longer / 2) / longer) }
    return resized(to: scaled(width), scaled(height))
  }
}
