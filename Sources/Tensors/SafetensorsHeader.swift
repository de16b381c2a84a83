/// The header of a safetensors file from an untrusted source.
///
/// Everything that the format forbids is refused: a length beyond the file, malformed JSON or UTF-8, duplicate names, unknown
/// element types, shapes that do not match their data, and data that overlaps, leaves gaps or trails.
struct SafetensorsHeader {
  /// One array's entry.
  struct Field {
    /// The name, unique in the file.
    let name: String
    /// The element type.
    let element: SafetensorsElement
    /// The lengths of the axes.
    let shape: [Int]
    /// The range of the data in the file.
    let bytes: Range<Int>
  }

  /// Why a header is refused.
  struct Fault: Error {
    /// The reason in words, unescaped.
    let reason: String
    /// A fault with this reason.
    init(_ reason: String) { self.reason = reason }
  }

  /// The texts beside the arrays, without the checksum.
  private(set) var metadata: [String: String] = [:]
  /// The arrays in the order of the header.
  private(set) var fields: [Field] = []
  /// The checksum in the metadata, and the range of its digits in the file.
  private(set) var checksum: (sum: String, digits: Range<Int>)?

  /// Reads the header at the beginning of a file.
  init(file: [UInt8]) throws(Fault) {
    guard file.count >= 8 else { throw Fault("shorter than the length of its header") }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(file[$1]) << (8 * UInt64($1)) }
    // The format's own limit; it also keeps the sum below from overflowing.
    guard length <= 100_000_000 else { throw Fault("a header of \(length) bytes") }
    let start = 8 + Int(length)
    guard start <= file.count else { throw Fault("a header of \(length) bytes in a file of \(file.count)") }

    var json = HeaderScanner(file, 8..<start)
    var names: Set<String> = []
    try json.object { json, name throws(Fault) in
      guard names.insert(name).inserted else { throw Fault("the name \(name) occurs twice") }
      if name == "__metadata__" {
        try readMetadata(&json)
      } else {
        fields.append(try Self.field(name, &json, data: start..<file.count))
      }
    }
    try json.finish()

    var end = start
    let byOffset = fields.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    for field in byOffset {
      guard field.bytes.lowerBound == end else {
        throw Fault("the data of \(field.name) overlaps or leaves a gap")
      }
      end = field.bytes.upperBound
    }
    guard end == file.count else { throw Fault("\(file.count - end) bytes that belong to no array") }
  }

  private mutating func readMetadata(_ json: inout HeaderScanner) throws(Fault) {
    var (metadata, checksum) = (self.metadata, self.checksum)
    try json.object { json, key throws(Fault) in
      let (value, range) = try json.string()
      if key == checksumKey {
        guard checksum == nil else { throw Fault("two checksums") }
        guard value.utf8.count == 16, range.count == 16 else { throw Fault("a malformed checksum") }
        checksum = (value, range)
      } else {
        guard metadata.updateValue(value, forKey: key) == nil else {
          throw Fault("the metadata \(key) occurs twice")
        }
      }
    }
    (self.metadata, self.checksum) = (metadata, checksum)
  }

  private static func field(
    _ name: String, _ json: inout HeaderScanner, data: Range<Int>
  ) throws(Fault) -> Field {
    var (type, shape, offsets): (String?, [Int]?, [Int]?)
    try json.object { json, key throws(Fault) in
      switch key {
      case "dtype" where type == nil: type = try json.string().text
      case "shape" where shape == nil: shape = try json.integers()
      case "data_offsets" where offsets == nil: offsets = try json.integers()
      default: throw Fault("\(name) has an unexpected \(key)")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw Fault("\(name) lacks its dtype, shape or data_offsets")
    }
    guard let element = SafetensorsElement(rawValue: type) else {
      throw Fault("\(name) has elements of unknown kind \(type)")
    }
    var size = element.size
    for side in shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: side)
      guard !overflows else { throw Fault("\(name) has the impossible shape \(shape)") }
      size = product
    }
    guard offsets[0] <= offsets[1], offsets[1] <= data.count else {
      throw Fault("the data of \(name) lies outside the file")
    }
    guard offsets[1] - offsets[0] == size else {
      throw Fault("\(name) has \(offsets[1] - offsets[0]) bytes, its shape \(shape) asks for \(size)")
    }
    return Field(
      name: name, element: element, shape: shape,
      bytes: data.lowerBound + offsets[0]..<data.lowerBound + offsets[1])
  }
}
