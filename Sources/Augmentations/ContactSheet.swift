package import SiamImages

/// Rows of images on one sheet, such as an original followed by its views.
package struct ContactSheet: Sendable {
  /// The images, row by row; rows may differ in length.
  package var rows: [[Image]]
  /// The side of the square that each image is fitted into, and the space around it, in pixels.
  package let cell, margin: Int
  /// The grey level of the space between the images, 0...255.
  package let paper: UInt8

  package static let defaultMargin = 4

  /// A sheet of these images.
  ///
  /// - Precondition: at least one image; `cell` is positive, `margin` is not negative.
  package init(rows: [[Image]], cell: Int, margin: Int = defaultMargin, paper: UInt8 = 255) {
    precondition(rows.contains { !$0.isEmpty }, "a contact sheet without images")
    precondition(cell > 0 && margin >= 0, "cells of \(cell), margins of \(margin)")
    (self.rows, self.cell, self.margin, self.paper) = (rows, cell, margin, paper)
  }

  /// The sheet as one image; each image keeps its aspect ratio and is centred in its cell.
  package var image: Image {
    let columns = rows.reduce(0) { max($0, $1.count) }
    let pitch = cell + margin
    let (width, height) = (columns * pitch + margin, rows.count * pitch + margin)
    var sheet = [UInt8](repeating: paper, count: 3 * width * height)
    for (row, images) in rows.enumerated() {
      for (column, image) in images.enumerated() {
        let fitted = fit(image)
        let left = margin + column * pitch + (cell - fitted.width) / 2
        let top = margin + row * pitch + (cell - fitted.height) / 2
        fitted.paste(into: &sheet, width: width, at: (left, top))
      }
    }
    return Image(width: width, height: height, pixels: sheet)
  }

  /// The image resized to a longer side of `cell` pixels.
  private func fit(_ image: Image) -> Image {
    let longer = max(image.width, image.height)
    func scaled(_ side: Int) -> Int { max(1, (side * cell + longer / 2) / longer) }
    return image.resized(to: scaled(image.width), scaled(image.height))
  }
}
