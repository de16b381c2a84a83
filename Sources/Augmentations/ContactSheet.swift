package import SiamImages

/// Rows of pictures on one sheet: the original first, then its views.
package struct ContactSheet: Sendable {
  package var rows: [[Image]]
  /// The side of the square that each picture is fitted into, and the space around each, in pixels.
  package let cell, margin: Int
  /// The grey of the space between the pictures.
  package let paper: UInt8

  /// - Precondition: at least one picture; `cell` is positive, `margin` is not negative.
  package init(rows: [[Image]], cell: Int, margin: Int = 4, paper: UInt8 = 255) {
    precondition(rows.contains { !$0.isEmpty }, "a contact sheet without pictures")
    precondition(cell > 0 && margin >= 0, "cells of \(cell), margins of \(margin)")
    (self.rows, self.cell, self.margin, self.paper) = (rows, cell, margin, paper)
  }

  /// Each picture with some views of it, `size` pixels wide.
  package init(
    of pictures: [Image], recipe: Recipe, views: Int, size: Int, cell: Int, margin: Int = 4,
    using generator: inout some RandomNumberGenerator
  ) {
    var rows: [[Image]] = []
    for picture in pictures {
      var row = [picture]
      for _ in 0..<views { row.append(recipe.view(of: picture, size: size, using: &generator)) }
      rows.append(row)
    }
    self.init(rows: rows, cell: cell, margin: margin)
  }

  /// The sheet as one picture; each picture keeps its aspect ratio and stands in the middle of its cell.
  package var image: Image {
    let columns = rows.reduce(0) { max($0, $1.count) }
    let pitch = cell + margin
    let (width, height) = (columns * pitch + margin, rows.count * pitch + margin)
    var sheet = [UInt8](repeating: paper, count: 3 * width * height)
    for (row, pictures) in rows.enumerated() {
      for (column, picture) in pictures.enumerated() {
        let fitted = fit(picture)
        let left = margin + column * pitch + (cell - fitted.width) / 2
        let top = margin + row * pitch + (cell - fitted.height) / 2
        for y in 0..<fitted.height {
          let start = 3 * ((top + y) * width + left)
          sheet.replaceSubrange(
            start..<start + 3 * fitted.width,
            with: fitted.pixels[3 * fitted.width * y..<3 * fitted.width * (y + 1)])
        }
      }
    }
    return Image(width: width, height: height, pixels: sheet)
  }

  /// The picture with its longer side as long as the cell.
  private func fit(_ picture: Image) -> Image {
    let longer = max(picture.width, picture.height)
    func scaled(_ side: Int) -> Int { max(1, (side * cell + longer / 2) / longer) }
    return picture.resized(to: scaled(picture.width), scaled(picture.height))
  }
}
