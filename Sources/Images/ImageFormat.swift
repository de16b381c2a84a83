import CSiamImageCodecs

/// The formats that are recognised, by a file's first bytes, never by its name.
package enum ImageFormat: Sendable, Equatable, CaseIterable {
  /// PNG, and JPEG in all forms that libjpeg reads.
  case png, jpeg
  /// What a build with the trait `Vips` reads too: the first picture of a file.
  case webp, tiff, gif, bmp, pnm, jxl, heic, avif

  /// Whether this build decodes more than PNG and JPEG.
  #if Vips
    package static let readsAll = true
  #else
    package static let readsAll = false
  #endif

  /// Whether this build decodes the format.
  package var isRead: Bool { self == .png || self == .jpeg || Self.readsAll }

  /// The format that the first bytes belong to; nil when they belong to none, or to one that this build does not decode.
  init?(_ bytes: Span<UInt8>) {
    guard let format = Self.recognised(bytes), format.isRead else { return nil }
    self = format
  }

  /// The format that the first bytes belong to, whether or not this build decodes it.
  private static func recognised(_ bytes: Span<UInt8>) -> ImageFormat? {
    allCases.first { format in
      format.magic.contains { offset, magic in bytes.begins(with: magic, at: offset) }
    }
  }

  /// What a file begins with, one of these at an offset.
  private var magic: [(offset: Int, bytes: [UInt8])] {
    func brand(_ name: String) -> (offset: Int, bytes: [UInt8]) { (4, Array(("ftyp" + name).utf8)) }
    switch self {
    case .png: return [(0, [0x89, 0x50, 0x4E, 0x47])]
    case .jpeg: return [(0, [0xFF, 0xD8, 0xFF])]
    case .webp: return [(8, Array("WEBP".utf8))]
    case .tiff:
      return ["II*\0", "MM\0*", "II+\0", "MM\0+"].map { (0, Array($0.utf8)) }
    case .gif: return [(0, Array("GIF8".utf8))]
    case .bmp: return [(0, Array("BM".utf8))]
    case .pnm:
      return (0x31...0x36).flatMap { kind in
        [0x0A, 0x0D, 0x20, 0x09, 0x23].map { blank in (0, [0x50, kind, blank]) }
      }
    case .jxl: return [(0, [0xFF, 0x0A]), (4, Array("JXL ".utf8))]
    case .heic: return ["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"].map(brand)
    case .avif: return ["avif", "avis"].map(brand)
    }
  }

  /// The format's name: "WebP".
  package var name: String {
    switch self {
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .webp: "WebP"
    case .tiff: "TIFF"
    case .gif: "GIF"
    case .bmp: "BMP"
    case .pnm: "netpbm"
    case .jxl: "JPEG XL"
    case .heic: "HEIC"
    case .avif: "AVIF"
    }
  }

  /// What a file of this format is, with an article: "a WebP picture".
  package var kind: String { (self == .avif ? "an " : "a ") + name + " picture" }

  /// The extensions that files of this format have, in lower case.
  package var extensions: [String] {
    switch self {
    case .png: [".png"]
    case .jpeg: [".jpg", ".jpeg", ".jpe", ".jfif"]
    case .webp: [".webp"]
    case .tiff: [".tif", ".tiff"]
    case .gif: [".gif"]
    case .bmp: [".bmp", ".dib"]
    case .pnm: [".pnm", ".pbm", ".pgm", ".ppm"]
    case .jxl: [".jxl"]
    case .heic: [".heic", ".heif"]
    case .avif: [".avif"]
    }
  }

  /// How libvips calls the format; nil for one that is read without it.
  var ofVips: ic_format? {
    switch self {
    case .webp: IC_WEBP
    case .tiff: IC_TIFF
    case .gif: IC_GIF
    case .jxl: IC_JXL
    case .heic, .avif: IC_HEIF
    case .png, .jpeg, .bmp, .pnm: nil
    }
  }

  /// How a file of this format is read without a library; nil for all others.
  var bitmap: (any Bitmap.Type)? {
    switch self {
    case .bmp: BMPFile.self
    case .pnm: PNMFile.self
    default: nil
    }
  }

  /// Whether the header is known only from the whole file.
  var needsWholeFile: Bool { self != .png && self != .jpeg }

  /// How a file that is not one is refused: "neither PNG nor JPEG".
  static let refusal = readsAll ? "no picture that Siam reads" : "neither PNG nor JPEG"
  /// How to get a program that reads the formats that this one recognises and does not decode.
  package static let remedy = "tools/build --with vips makes a siam that reads it"

  /// What bytes of another format seem to be, with an article: "a WebP image".
  static func guess(_ bytes: Span<UInt8>) -> String {
    if bytes.isEmpty { return "an empty file" }
    if let format = recognised(bytes) { return format.kind }
    for (kind, offset, magic) in otherMagic where bytes.begins(with: Array(magic.utf8), at: offset) {
      return kind
    }
    for (kind, magic) in otherBinaryMagic where bytes.begins(with: magic) { return kind }
    let text = bytes.openingWords
    for (kind, opening) in otherText where text.hasPrefix(opening) { return kind }
    return "an unknown kind of file"
  }

  private static let otherMagic: [(kind: String, offset: Int, magic: String)] = [
    ("a video", 4, "ftyp"),
    ("a JPEG 2000 picture", 4, "jP  "),
    ("a Photoshop picture", 0, "8BPS"),
    ("a PDF document", 0, "%PDF"),
    ("a ZIP archive", 0, "PK\u{3}\u{4}"),
    ("a Git LFS pointer, not the picture itself", 0, "version https://git-lfs"),
  ]

  private static let otherBinaryMagic: [(kind: String, magic: [UInt8])] = [
    ("an icon", [0x00, 0x00, 0x01, 0x00]),
    ("a macOS side file, not the picture itself", [0x00, 0x05, 0x16, 0x07]),
    ("a gzip archive", [0x1F, 0x8B]),
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
