extension Image {
  /// Copies the image into a sheet of RGB pixels.
  ///
  /// - Parameters:
  ///   - width: that of the sheet.
  ///   - place: where the image's left and top go.
  package func paste(into sheet: inout [UInt8], width sheetWidth: Int, at place: (x: Int, y: Int)) {
    for y in 0..<height {
      let to = 3 * ((place.y + y) * sheetWidth + place.x)
      sheet.replaceSubrange(to..<to + 3 * width, with: pixels[3 * width * y..<3 * width * (y + 1)])
    }
  }
}
