import SiamFiles
import TestSupport
import Testing

@testable import SiamFeatures

private let matrix = (0..<15).map { Float($0) / 8 - 1 }

/// A file of version 1.0 with that header and that many bytes of data.
private func file(_ header: String, data: Int) -> [UInt8] {
  [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]
    + Array(header.utf8) + [UInt8](repeating: 0, count: data)
}

/// The start of a file, up to the version.
private func start(_ bytes: UInt8...) -> [UInt8] { [0x93] + Array("NUMPY".utf8) + bytes }

private func plain(_ shape: String, data: Int) -> [UInt8] {
  file("{'descr': '<f4', 'fortran_order': False, 'shape': \(shape)}", data: data)
}

private let broken: [([UInt8], String)] = [
  ([], "not a NumPy array"), (Array("PK\u{3}\u{4}          ".utf8), "not a NumPy array"),
  (start(1, 0, 0), "not a NumPy array"), (start(4, 0, 0, 0), "NumPy format 4.0"),
  (start(1, 1, 0, 0), "NumPy format 1.1"), (start(2, 0, 0, 0), "a header cut short"),
  (start(1, 0, 1, 0), "a header of 1 bytes in a file of 10"),
  (start(2, 0, 255, 255, 255, 255), "a header of 4294967295 bytes in a file of 12"),
  (plain("(2, 3)", data: 23), "23 bytes of data for a matrix of 2 × 3"),
  (plain("(2, 3)", data: 25), "25 bytes of data for a matrix of 2 × 3"),
  (plain("(4611686018427387904, 4)", data: 0), "0 bytes of data for a matrix of 4611686018427387904 × 4"),
  (plain("(2305843009213693952, 2)", data: 0), "0 bytes of data for a matrix of 2305843009213693952 × 2"),
  (plain("(5, 0)", data: 0), "0 bytes of data for a matrix of 5 × 0"),
]

private func reason(_ bytes: [UInt8]) -> String? {
  do throws(FeatureError) {
    _ = try numPyMatrix(bytes, path: "x")
    return nil
  } catch {
    guard case .malformed(path: "x", let reason) = error else { return "\(error)" }
    return reason
  }
}

@Suite struct NumPyFileTests {
  @Test func `the bytes are those that NumPy writes`() throws {
    try withScratchFolder { folder in
      var writer = try FileWriter("\(folder)/a.npy")
      try writeNumPy(to: &writer, matrix, columns: 3)
      try writer.commit()
      let expected = try readFile(dataPath("reference/numpy-v1.npy"))
      #expect(try readFile("\(folder)/a.npy") == expected)
    }
  }

  @Test("every version that NumPy writes is read", arguments: [1, 2, 3])
  func versions(version: Int) throws {
    let (values, columns) = try readNumPy(dataPath("reference/numpy-v\(version).npy"))
    #expect(values == matrix && columns == 3)
  }

  @Test("other arrays are refused", arguments: ["fortran", "double", "vector"])
  func others(name: String) throws {
    let path = dataPath("reference/numpy-\(name).npy")
    let error = FeatureError.malformed(path: path, reason: "not a C-ordered matrix of little-endian float32")
    #expect(throws: error) { try readNumPy(path) }
  }

  @Test(
    "the data starts at a multiple of 64, however long the shape is",
    arguments: [0, 1, 99, 12_345_678_901_234])
  func alignment(rows: Int) {
    let header = numPyHeader(rows: rows, columns: 2048)
    #expect(header.count % 64 == 0 && header.last == 10)
    #expect(Int(header[8]) | Int(header[9]) << 8 == header.count - 10)
  }

  @Test func `no rows come back as no rows`() throws {
    let (values, columns) = try numPyMatrix(numPyHeader(rows: 0, columns: 7), path: "")
    #expect(values.isEmpty && columns == 7)
  }

  @Test("a file that is not what it says is refused", arguments: broken)
  func bad(bytes: [UInt8], expected: String) { #expect(reason(bytes) == expected) }

  @Test(
    "a header may be spaced and ordered freely, and nothing else",
    arguments: [
      ("{'shape':(1,1),'fortran_order':False,'descr':'<f4'}", true),
      (" { 'shape' : ( 1 , 1 , ) , 'descr' : '<f4' , 'fortran_order' : False , } \n", true),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)} x", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)", false),
      ("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1, 1)}", false),
      ("{'descr': '<f4' 'fortran_order': False, 'shape': (1, 1)}", false),
      ("{'descr': '<f4', 'fortran_order': False}", false),
      ("{'fortran_order': False, 'shape': (1, 1)}", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 1)}", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -1)}", false),
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 1)}", false),
      ("{'descr': '|O', 'fortran_order': False, 'shape': (1, 1)}", false),
      ("{'descr': '>f4', 'fortran_order': False, 'shape': (1, 1)}", false), ("{}", false), ("", false),
    ])
  func headers(header: String, isGood: Bool) {
    let expected = isGood ? nil : "not a C-ordered matrix of little-endian float32"
    #expect(reason(file(header, data: 4)) == expected)
  }
}
