import FoundationEssentials
import SiamFiles
import SiamImages
import TestSupport
import Testing

/// One image of `data/reference/pictures` with what Pillow makes of it; `tools/reference/decode.py` wrote both.
struct ReferenceImage: Decodable, Sendable, CustomTestStringConvertible {
  struct Turned: Decodable, Sendable {
    let width, height: Int
    let hash: String
  }
  let file: String
  let width, height: Int
  let hash: String
  let orientation: Int
  /// The hash of Pillow's image, where it is not what is wanted by default.
  let clipped: String?
  /// What `ImageOps.exif_transpose` makes of it, where that is something else.
  let turned: Turned?

  var path: String { dataPath("reference/pictures/" + file) }
  var testDescription: String { file }

  static let all: [ReferenceImage] = {
    guard let bytes = try? readFile(dataPath("reference/pictures.json")) else { return [] }
    return (try? JSONDecoder().decode([ReferenceImage].self, from: Data(bytes))) ?? []
  }()
}

/// The bytes of a reference image.
func reference(_ file: String) throws -> [UInt8] { try readFile(dataPath("reference/pictures/" + file)) }

/// FNV-1a, 64 bits, as `decode.py` computes it.
func fnv(_ bytes: [UInt8]) -> String {
  var hash = FNV1a()
  hash.add(bytes.span)
  return hexadecimal(hash.value, digits: 16)
}

/// Smooth colours with some noise, the same every time.
func sample(_ width: Int, _ height: Int) -> Image {
  var state: UInt32 = 1
  let pixels = (0..<3 * width * height).map { i in
    state = state &* 1_664_525 &+ 1_013_904_223
    let (x, y, c) = (i / 3 % width, i / 3 / width, i % 3)
    return UInt8((x * 3 + y * (c + 1) + Int(state >> 28)) & 255)
  }
  return Image(width: width, height: height, pixels: pixels)
}
