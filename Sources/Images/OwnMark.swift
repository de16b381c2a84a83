import SiamFiles

/// The mark of a PNG file that Siam wrote: a text chunk "Siam", the first after the header.
package enum OwnMark: Sendable, Equatable {
  /// Several pictures side by side: no picture to learn from.
  case sheet
  /// A restored picture after so many iterations.
  case restored(iterations: Int)

  private static let keyword = Array("Siam\0".utf8)
  private static let restored = "restored, iterations "
  /// The signature, and the header's chunk with its checksum.
  private static let offset = 33

  private var text: String {
    switch self {
    case .sheet: "sheet"
    case .restored(let iterations): "\(Self.restored)\(iterations)"
    }
  }

  /// The mark as a chunk for `Image.pngBytes`.
  package var chunk: [UInt8] {
    let data = Self.keyword + text.utf8
    return [0, 0, 0, UInt8(data.count)] + Array("tEXt".utf8) + data
  }

  /// The mark at the beginning of a file; nil if it has none.
  package init?(_ bytes: [UInt8]) {
    let chunk = bytes.dropFirst(Self.offset).prefix(64)
    guard chunk.count > 8, chunk.prefix(3).allSatisfy({ $0 == 0 }), ImageFormat(bytes.span) == .png else {
      return nil
    }
    let data = chunk.dropFirst(8).prefix(Int(chunk[chunk.startIndex + 3]))
    guard chunk.dropFirst(4).starts(with: "tEXt".utf8), data.starts(with: Self.keyword) else { return nil }
    let text = String(decoding: data.dropFirst(Self.keyword.count), as: UTF8.self)
    if text == "sheet" {
      self = .sheet
    } else if text.hasPrefix(Self.restored), let iterations = Int(text.dropFirst(Self.restored.count)) {
      self = .restored(iterations: iterations)
    } else {
      return nil
    }
  }
}

extension ImageFolder {
  /// Opens an image's file; a sheet is refused.
  func file(at index: Int, _ options: DecodingOptions) throws(ImageError) -> ImageFile {
    let name = entries[index].path
    let file = try ImageFile(path(at: index), named: name, options)
    if !root.isEmpty, OwnMark(file.beginning) == .sheet {
      throw .unreadable(path: name, reason: "a sheet that Siam wrote, and no picture to learn from")
    }
    return file
  }
}
