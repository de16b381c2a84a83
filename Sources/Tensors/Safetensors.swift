package import SiamFiles

/// Named arrays in the safetensors format, which checkpoints use, and which PyTorch and NumPy can read.
///
/// A file is the length of its header (8 bytes, little-endian), the header in JSON, and the data. Files written here have a
/// checksum of all their bytes in the metadata, which reading verifies.
/// Source: the format description of Hugging Face's safetensors 0.4 and later.
package struct Safetensors: Sendable {
  /// One named array.
  package struct Entry: Sendable, Equatable {
    /// The name, unique in its file.
    package let name: String
    /// The lengths of the axes; none for a single number.
    package let shape: [Int]
    /// The element type.
    package let element: SafetensorsElement
    /// The elements as in the file: little-endian, the last axis contiguous.
    let bytes: ArraySlice<UInt8>
  }

  /// Texts beside the arrays by their keys, such as a configuration.
  package var metadata: [String: String]
  /// The arrays, in the order of the header.
  package private(set) var tensors: [Entry]
  /// The path that errors name.
  private let path: String
  /// The index in `tensors` of each name.
  private var indices: [String: Int]

  /// A file without arrays.
  package init(metadata: [String: String] = [:]) {
    (self.metadata, tensors, path, indices) = (metadata, [], "", [:])
  }

  /// Reads a file.
  ///
  /// - Parameter requiringChecksum: whether to refuse files without a checksum, such as those of other programs.
  /// - Throws: `SafetensorsError` for a file that cannot be read, breaks the format, or does not match its checksum.
  package init(contentsOf path: String, requiringChecksum: Bool = false) throws(SafetensorsError) {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readFile(path) } catch { throw .file(error) }
    try self.init(bytes, path: path, requiringChecksum: requiringChecksum)
  }

  /// Reads a file's bytes; `path` only names the file in errors.
  ///
  /// - Throws: `SafetensorsError`, as `init(contentsOf:requiringChecksum:)` does.
  package init(_ bytes: [UInt8], path: String, requiringChecksum: Bool = false) throws(SafetensorsError) {
    let header: SafetensorsHeader
    do throws(SafetensorsHeader.Fault) {
      header = try SafetensorsHeader(file: bytes)
    } catch {
      throw .malformed(path: path, reason: error.reason)
    }
    if let stored = header.checksum {
      guard stored.sum == checksum(of: bytes, digits: stored.digits) else { throw .damaged(path: path) }
    } else if requiringChecksum {
      throw .noChecksum(path: path)
    }
    self.path = path
    metadata = header.metadata
    tensors = header.fields.map { field in
      Entry(name: field.name, shape: field.shape, element: field.element, bytes: bytes[field.bytes])
    }
    indices = [:]
    for (index, entry) in tensors.enumerated() { indices[entry.name] = index }
  }

  /// The array of that name, of any element type.
  package func entry(_ name: String) -> Entry? { indices[name].map { tensors[$0] } }

  /// The elements of an array of 32-bit floats; nil when there is none of that name.
  package subscript(name: String) -> [Float]? { values(of: name) }

  /// The elements of an array; nil when there is none of that name, or it has another element type.
  package func values<Value: SafetensorsValue>(of name: String, as type: Value.Type = Value.self) -> [Value]?
  {
    guard let entry = entry(name), entry.element == Value.element else { return nil }
    let count = entry.bytes.count / MemoryLayout<Value>.size
    return unsafe [Value](unsafeUninitializedCapacity: count) { to, filled in
      unsafe entry.bytes.withUnsafeBytes { unsafe UnsafeMutableRawBufferPointer(to).copyMemory(from: $0) }
      filled = count
    }
  }

  /// The elements of an array that must be in the file with a known shape.
  ///
  /// - Throws: `SafetensorsError.missing` or `.mismatch`.
  package func values<Value: SafetensorsValue>(
    of name: String, shape: [Int], as type: Value.Type = Value.self
  ) throws(SafetensorsError) -> [Value] {
    try check(name, shape: shape, as: type)
    return values(of: name, as: type) ?? []
  }

  /// Checks that an array is in the file with a known shape and element type.
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

  /// Adds an array after the others.
  ///
  /// - Precondition: the name is new and not `__metadata__`; the number of values is the product of the shape.
  package mutating func add<Value: SafetensorsValue>(_ name: String, _ shape: [Int], _ values: [Value]) {
    precondition(indices[name] == nil && name != "__metadata__", "the name \(name) is taken")
    precondition(
      shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
      "\(values.count) values for shape \(shape)")
    let bytes = unsafe values.withUnsafeBytes { unsafe [UInt8]($0) }
    indices[name] = tensors.count
    tensors.append(Entry(name: name, shape: shape, element: Value.element, bytes: bytes[...]))
  }

  /// Writes the file atomically; equal content gives equal bytes.
  package func write(to path: String) throws(FileError) {
    var writer = try FileWriter(path)
    try write(to: &writer)
    try writer.commit()
  }

  /// Writes the file's bytes to a file that the caller commits.
  package func write(to writer: inout FileWriter) throws(FileError) {
    let layout = SafetensorsLayout(self)
    try writer.write(layout.head)
    for index in layout.order {
      let bytes = tensors[index].bytes
      let span = bytes.span
      try unsafe writer.write(span.bytes)
    }
  }

  /// The bytes of the file that `write(to:)` writes.
  package var encoded: [UInt8] {
    let layout = SafetensorsLayout(self)
    return layout.order.reduce(into: layout.head) { $0 += tensors[$1].bytes }
  }
}
