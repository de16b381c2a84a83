import SiamFiles

/// Writes float32 rows as NumPy's `.npy`, version 1.0, the data starting at a multiple of 64 bytes.
///
/// Source: NumPy's `numpy.lib.format`.
/// - Precondition: `values.count` is a multiple of `columns`.
func writeNumPy(to writer: inout FileWriter, _ values: [Float], columns: Int) throws(FileError) {
  precondition(columns > 0 && values.count % columns == 0, "\(values.count) floats in rows of \(columns)")
  try writer.write(numPyHeader(rows: values.count / columns, columns: columns))
  let span = values.span
  try unsafe writer.write(span.bytes)
}

/// The bytes before the data of a float32 matrix.
func numPyHeader(rows: Int, columns: Int) -> [UInt8] { numPyHeader("<f4", [rows, columns]) }

/// The bytes before the data, padded with spaces to a multiple of 64.
///
/// - Parameter type: the elements in NumPy's words, such as "<f4".
func numPyHeader(_ type: String, _ shape: [Int]) -> [UInt8] {
  let axes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
  var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(axes)), }"
  while (magic.count + 4 + text.utf8.count + 1) % 64 != 0 { text += " " }
  text += "\n"
  let length = text.utf8.count
  return magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + text.utf8
}

private let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

/// Reads a matrix of float32, row by row, from NumPy's `.npy`, versions 1.0 to 3.0.
///
/// - Throws: `FeatureError` for a file that cannot be read, holds another array, or is longer or shorter than its header
///   says.
package func readNumPy(_ path: String) throws(FeatureError) -> (values: [Float], columns: Int) {
  let bytes: [UInt8]
  do throws(FileError) { bytes = try readFile(path) } catch { throw .file(error) }
  return try numPyMatrix(bytes, path: path)
}

/// The matrix in a file's bytes.
///
/// - Parameter path: for the errors.
func numPyMatrix(_ bytes: [UInt8], path: String) throws(FeatureError) -> (values: [Float], columns: Int) {
  func fault(_ reason: String) -> FeatureError { .malformed(path: path, reason: reason) }
  guard bytes.starts(with: magic), bytes.count >= 10 else { throw fault("not a NumPy array") }
  let (version, wide) = (bytes[6], bytes[6] >= 2)
  guard (1...3).contains(version), bytes[7] == 0 else { throw fault("NumPy format \(version).\(bytes[7])") }
  let start = wide ? 12 : 10
  guard bytes.count >= start else { throw fault("a header cut short") }
  let length = (8..<start).reduce(0) { $0 | Int(bytes[$1]) << (8 * ($1 - 8)) }
  guard length <= 65_535, start + length <= bytes.count else {
    throw fault("a header of \(length) bytes in a file of \(bytes.count)")
  }
  var header = NumPyHeader(bytes[start..<start + length])
  guard let shape = header.matrixShape() else {
    throw fault("not a C-ordered matrix of little-endian float32")
  }
  let (count, overflows) = shape.rows.multipliedReportingOverflow(by: shape.columns)
  let data = bytes.count - start - length
  guard !overflows, count <= data / 4, count * 4 == data, shape.columns > 0 else {
    throw fault("\(data) bytes of data for a matrix of \(shape.rows) × \(shape.columns)")
  }
  let values = unsafe [Float](unsafeUninitializedCapacity: count) { to, filled in
    unsafe bytes.withUnsafeBytes { from in
      let data = unsafe UnsafeRawBufferPointer(rebasing: from[(start + length)...])
      unsafe UnsafeMutableRawBufferPointer(to).copyMemory(from: data)
    }
    filled = count
  }
  return (values, shape.columns)
}

/// The Python dictionary in a header: three known keys in any order, each once.
private struct NumPyHeader {
  private var rest: ArraySlice<UInt8>

  init(_ text: ArraySlice<UInt8>) { rest = text }

  /// Rows and columns of a C-ordered matrix of little-endian float32; nil for any other array.
  mutating func matrixShape() -> (rows: Int, columns: Int)? {
    var (isFloat, isPlain, shape): (Bool, Bool, (Int, Int)?) = (false, false, nil)
    guard take("{") else { return nil }
    while !take("}") {
      if !isFloat, take("'descr'"), take(":"), take("'<f4'") {
        isFloat = true
      } else if !isPlain, take("'fortran_order'"), take(":"), take("False") {
        isPlain = true
      } else if shape == nil, take("'shape'"), take(":"), take("("), let rows = number(), take(","),
        let columns = number()
      {
        _ = take(",")
        guard take(")") else { return nil }
        shape = (rows, columns)
      } else {
        return nil
      }
      if !take(",") {
        guard take("}") else { return nil }
        break
      }
    }
    skipSpace()
    guard isFloat, isPlain, rest.isEmpty, let shape else { return nil }
    return shape
  }

  private mutating func take(_ text: String) -> Bool {
    skipSpace()
    guard rest.starts(with: text.utf8) else { return false }
    rest = rest.dropFirst(text.utf8.count)
    return true
  }

  private mutating func number() -> Int? {
    skipSpace()
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    rest = rest.dropFirst(digits.count)
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 } }
}
