package import SiamFiles

/// Named arrays in the safetensors format: what checkpoints are made of, and what PyTorch and NumPy read.
///
/// A file is the header's length (8 bytes, little-endian), a header in JSON, and the data. Files written here carry a
/// checksum of all their bytes in their metadata, which reading verifies.
/// Source: the format description of Hugging Face's safetensors 0.4 and later.
package struct Safetensors: Sendable {
  /// One named array: its bytes lie as in the file, little-endian, the last axis contiguous.
  package struct Entry: Sendable, Equatable {
    package let name: String
    package let shape: [Int]
    package let element: SafetensorsElement
    let bytes: ArraySlice<UInt8>
  }

  /// Free text beside the arrays, such as a configuration.
  package var metadata: [String: String]
  /// The arrays, in the order of the header.
  package private(set) var tensors: [Entry]
  /// Where it was read from, for error messages.
  private let path: String
  private var places: [String: Int]

  package init(metadata: [String: String] = [:]) {
    (self.metadata, tensors, path, places) = (metadata, [], "", [:])
  }

  /// Reads a file.
  ///
  /// - Parameter requiringChecksum: whether a file without a checksum, as other programs write it, is refused.
  /// - Throws: `SafetensorsError` for a file that cannot be read, that breaks the format in any way, or that was
  ///   damaged since it was written.
  package init(contentsOf path: String, requiringChecksum: Bool = false) throws(SafetensorsError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readFile(path) } catch { throw .file(error) }
    try self.init(bytes, path: path, requiringChecksum: requiringChecksum)
  }

  /// Reads a file that is in memory already; `path` is for error messages.
  package init(_ bytes: [UInt8], path: String, requiringChecksum: Bool = false) throws(SafetensorsError) {
    let header: SafetensorsHeader
    do throws(SafetensorsHeader.Fault) {
      header = try SafetensorsHeader(file: bytes)
    } catch {
      throw .malformed(path: path, reason: error.reason)
    }
    if let stored = header.checksum {
      guard stored.sum == checksum(of: bytes, omitting: stored.place) else { throw .damaged(path: path) }
    } else if requiringChecksum {
      throw .noChecksum(path: path)
    }
    self.path = path
    metadata = header.metadata
    tensors = header.fields.map { field in
      Entry(name: field.name, shape: field.shape, element: field.element, bytes: bytes[field.bytes])
    }
    places = [:]
    for (place, entry) in tensors.enumerated() { places[entry.name] = place }
  }

  /// The array of that name, whatever its element.
  package func entry(_ name: String) -> Entry? { places[name].map { tensors[$0] } }

  /// The numbers of a 32-bit floating-point array; nil when there is none of that name.
  package subscript(name: String) -> [Float]? { values(of: name) }

  /// The numbers of the array of that name; nil when there is none, or it has another element.
  package func values<Value: SafetensorsValue>(of name: String, as type: Value.Type = Value.self) -> [Value]?
  {
    guard let entry = entry(name), entry.element == Value.element else { return nil }
    let count = entry.bytes.count / MemoryLayout<Value>.size
    return unsafe [Value](unsafeUninitializedCapacity: count) { to, filled in
      unsafe entry.bytes.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(to).copyMemory(from: $0) }
      filled = count
    }
  }

  /// The numbers of an array that must be there in a known shape.
  ///
  /// - Throws: `SafetensorsError.missing` or `.mismatch`.
  package func values<Value: SafetensorsValue>(
    of name: String, shape: [Int], as type: Value.Type = Value.self
  ) throws(SafetensorsError) -> [Value] {
    try check(name, shape: shape, as: type)
    return values(of: name, as: type) ?? []
  }

  /// Makes sure that an array is there in a known shape.
  ///
  /// - Throws: `SafetensorsError.missing` or `.mismatch`.
  package func check<Value: SafetensorsValue>(
    _ name: String, shape: [Int], as type: Value.Type
  ) throws(SafetensorsError) {
    guard let entry = entry(name) else { throw .missing(path: path, name: name) }
    guard entry.shape == shape, entry.element == Value.element else {
      throw .mismatch(
        path: path, name: name, found: "\(entry.element.rawValue) \(entry.shape)",
        expected: "\(Value.element.rawValue) \(shape)")
    }
  }

  /// Adds an array behind the others.
  ///
  /// - Precondition: a name that is new and not `__metadata__`, and as many values as the shape asks for.
  package mutating func add<Value: SafetensorsValue>(_ name: String, _ shape: [Int], _ values: [Value]) {
    precondition(places[name] == nil && name != "__metadata__", "the name \(name) is taken")
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "\(values.count) values for shape \(shape)")
    let bytes = unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
    places[name] = tensors.count
    tensors.append(Entry(name: name, shape: shape, element: Value.element, bytes: bytes[...]))
  }

  /// Writes the file, atomically; the same content gives the same bytes.
  package func write(to path: String) throws(FileError) {
    var writer = try FileWriter(path)
    try write(to: &writer)
    try writer.commit()
  }

  /// Writes the file's bytes into a file in the making.
  package func write(to writer: inout FileWriter) throws(FileError) {
    let layout = Layout(self)
    try writer.write(layout.head)
    for place in layout.order {
      let bytes = tensors[place].bytes
      let span = bytes.span
      try unsafe writer.write(span.bytes)
    }
  }

  /// The bytes of the file that `write(to:)` writes.
  package var encoded: [UInt8] {
    let layout = Layout(self)
    return layout.order.reduce(into: layout.head) { $0 += tensors[$1].bytes }
  }
}

/// What stands where in a file to be written.
private struct Layout {
  /// Everything before the data, the checksum included.
  var head: [UInt8]
  /// The arrays in the order of their data: large elements first, so that each lies on a multiple of its size.
  let order: [Int]

  init(_ file: Safetensors) {
    order = file.tensors.indices.sorted { left, right in
      let sizes = (file.tensors[left].element.size, file.tensors[right].element.size)
      return sizes.0 == sizes.1 ? left < right : sizes.0 > sizes.1
    }
    var (offsets, end) = ([Int](repeating: 0, count: order.count), 0)
    for place in order {
      offsets[place] = end
      end += file.tensors[place].bytes.count
    }
    let blank = String(repeating: "0", count: 16)
    var (text, mark) = (#"{"__metadata__":{"#, 0)
    let metadata = file.metadata.merging([checksumKey: blank]) { $1 }.sorted {
      $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }
    for (index, (key, value)) in metadata.enumerated() {
      text += "\(index == 0 ? "" : ",")\(quoted(key)):"
      if key == checksumKey { mark = 8 + text.utf8.count + 1 }
      text += quoted(value)
    }
    text += "}"
    for (entry, offset) in zip(file.tensors, offsets) {
      let range = "[\(offset),\(offset + entry.bytes.count)]"
      let shape = entry.shape.map(String.init).joined(separator: ",")
      text +=
        ",\(quoted(entry.name)):{\"dtype\":\"\(entry.element.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":\(range)}"
    }
    text += "}"
    while text.utf8.count % 8 != 0 { text += " " }
    head = (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) } + text.utf8

    var sum = Checksum()
    sum.add(head.span)
    for place in order {
      let bytes = file.tensors[place].bytes
      sum.add(bytes.span)
    }
    head.replaceSubrange(mark..<mark + 16, with: sum.text.utf8)
  }
}

/// A string in JSON.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case "\0"..<" ":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return withoutHiddenInJSON(result + "\"")
}
