/// The formats that can be decoded, recognised by a file's first bytes, never by its name.
package enum ImageFormat: Sendable, Equatable {
  /// PNG, and JPEG in all forms that libjpeg reads.
  case png, jpeg

  /// The format that the first bytes belong to; nil when it cannot be decoded.
  init?(_ bytes: Span<UInt8>) {
    if bytes.begins(with: [0x89, 0x50, 0x4E, 0x47]) {
      self = .png
    } else if bytes.begins(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else {
      return nil
    }
  }

  /// What bytes of another format seem to be, with an article: "a WebP image".
  static func guess(_ bytes: Span<UInt8>) -> String {
    if bytes.isEmpty { return "an empty file" }
    for (kind, offset, magic) in otherMagic where bytes.begins(with: Array(magic.utf8), at: offset) {
      return kind
    }
    for (kind, magic) in otherBinaryMagic where bytes.begins(with: magic) { return kind }
    let text = bytes.openingWords
    for (kind, opening) in otherText where text.hasPrefix(opening) { return kind }
    return "an unknown kind of file"
  }

  private static let otherMagic: [(kind: String, offset: Int, magic: String)] = [
    ("a WebP picture", 8, "WEBP"),
    ("a GIF picture", 0, "GIF8"),
    ("a TIFF picture", 0, "II*\0"),
    ("a TIFF picture", 0, "MM\0*"),
    ("an AVIF picture", 4, "ftypavif"),
    ("a HEIC picture", 4, "ftyphei"),
    ("a HEIC picture", 4, "ftypmif1"),
    ("a video", 4, "ftyp"),
    ("a JPEG 2000 picture", 4, "jP  "),
    ("a JPEG XL picture", 4, "JXL "),
    ("a Photoshop picture", 0, "8BPS"),
    ("a PDF document", 0, "%PDF"),
    ("a ZIP archive", 0, "PK\u{3}\u{4}"),
    ("a Git LFS pointer, not the picture itself", 0, "version https://git-lfs"),
    ("a BMP picture", 0, "BM"),
  ]

  private static let otherBinaryMagic: [(kind: String, magic: [UInt8])] = [
    ("a JPEG XL picture", [0xFF, 0x0A]),
    ("an icon", [0x00, 0x00, 0x01, 0x00]),
    ("a macOS side file, not the picture itself", [0x00, 0x05, 0x16, 0x07]),
    ("a gzip archive", [0x1F, 0x8B]),
    ("a netpbm picture", [0x50, 0x33, 0x0A]),
    ("a netpbm picture", [0x50, 0x35, 0x0A]),
    ("a netpbm picture", [0x50, 0x36, 0x0A]),
    ("the beginning of a JPEG picture", [0xFF, 0xD8]),
  ]

  private static let otherText: [(kind: String, opening: String)] = [
    ("an HTML page", "<!doctype html"), ("an HTML page", "<html"), ("an HTML page", "<head"),
    ("an SVG picture", "<svg"), ("an XML document", "<?xml"), ("a JSON document", "{"),
  ]
}

extension Span<UInt8> {
  /// Whether the bytes at `offset` are `magic`.
  func begins(with magic: [UInt8], at offset: Int = 0) -> Bool {
    count >= offset + magic.count && magic.indices.allSatisfy { self[offset + $0] == magic[$0] }
  }

  /// The first 16 characters in lower case, after a byte order mark and leading blanks.
  fileprivate var openingWords: String {
    var start = begins(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < count, [0x09, 0x0A, 0x0D, 0x20].contains(self[start]) { start += 1 }
    return String(decoding: (start..<Swift.min(start + 16, count)).map { self[$0] }, as: UTF8.self)
      .lowercased()
  }
}
