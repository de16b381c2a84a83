import SiamFiles
import TestSupport
import Testing

@testable import SiamTensors

/// The table of `tools/reference/safetensors_files.py`.
private let metadata = ["method": "simsiam", "note": "é \"quoted\"\n\t\\ 猫\u{1}"]
private let weight = (0..<6).map { Float($0) / 4 - 1 }
private let long = (-2..<3).map { Int64($0) * 1_000_000_000_000 }
private let oddName = "name \"with\" \\ é\n猫"

private var table: Safetensors {
  var file = Safetensors(metadata: metadata)
  file.add("weight", [2, 3], weight)
  file.add("double", [], [0.1])
  file.add("long", [5], long)
  file.add("unsigned", [2], [UInt64.min, .max])
  file.add("int", [2, 1, 2], [Int32]([-2, -1, 0, 1]))
  file.add("bytes", [3], [UInt8]([0, 1, 255]))
  file.add("empty", [0, 4], [Float]())
  file.add(oddName, [1], [Float(7)])
  return file
}

@Suite struct SafetensorsTests {
  @Test(
    "what Python's library writes and what Siam writes both read as the same numbers",
    arguments: ["python", "siam"])
  func reads(name: String) throws {
    let file = try Safetensors(contentsOf: dataPath("reference/\(name).safetensors"))
    #expect(file.metadata == metadata)
    #expect(file["weight"] == weight)
    #expect(file.entry("weight")?.shape == [2, 3])
    #expect(file.values(of: "double") == [0.1])
    #expect(file.entry("double")?.shape == [])
    #expect(file.values(of: "long") == long)
    #expect(file.values(of: "unsigned") == [UInt64.min, .max])
    #expect(file.values(of: "int", as: Int32.self) == [-2, -1, 0, 1])
    #expect(file.values(of: "bytes", as: UInt8.self) == [0, 1, 255])
    #expect(file["empty"] == [])
    #expect(file.entry("empty")?.shape == [0, 4])
    #expect(file[oddName] == [7])
    #expect(file.tensors.count == (name == "python" ? 9 : 8))
    if name == "python" { #expect(file.entry("half")?.element == .float16) }
  }

  @Test func `the bytes written are those that Python laid out by hand and reads back`() throws {
    #expect(table.encoded == (try readFile(dataPath("reference/siam.safetensors"))))
  }

  @Test func `a file on disk has the encoded bytes, and written again they are the same`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/a.safetensors"
      try table.write(to: path)
      let bytes = try readFile(path)
      #expect(bytes == table.encoded)
      let again = try Safetensors(contentsOf: path, requiringChecksum: true)
      #expect(again.tensors == table.tensors)
      #expect(again.encoded == bytes)
    }
  }

  @Test func `the data starts at a multiple of 8 and every array at a multiple of its element`() throws {
    let header = try SafetensorsHeader(file: table.encoded)
    for field in header.fields { #expect(field.bytes.lowerBound % field.element.size == 0, "\(field.name)") }
    #expect(header.fields.map(\.bytes.lowerBound).min().map { $0 % 8 } == 0)
  }

  @Test func `an empty file of arrays is one too`() throws {
    let file = try Safetensors(Safetensors().encoded, path: "")
    #expect(file.tensors.isEmpty && file.metadata.isEmpty)
  }

  @Test func `no change of a single bit goes unnoticed`() throws {
    var file = Safetensors(metadata: ["epoch": "3"])
    file.add("w", [2, 3], weight)
    let bytes = file.encoded
    for offset in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[offset] ^= 1 << UInt8(bit)
        #expect(throws: SafetensorsError.self, "byte \(offset), bit \(bit)") {
          try Safetensors(damaged, path: "", requiringChecksum: true)
        }
      }
    }
  }

  @Test func `every shortened file is refused`() throws {
    let bytes = table.encoded
    for count in bytes.indices {
      #expect(throws: SafetensorsError.self) { try Safetensors(Array(bytes[..<count]), path: "") }
    }
    #expect(throws: SafetensorsError.self) { try Safetensors(bytes + [0], path: "") }
  }

  @Test func `what is asked for and not there is named`() throws {
    let file = try Safetensors(contentsOf: dataPath("reference/siam.safetensors"))
    let path = dataPath("reference/siam.safetensors")
    #expect(file["double"] == nil && file["none"] == nil)
    #expect(try file.values(of: "weight", shape: [2, 3]) == weight)
    #expect(throws: SafetensorsError.missing(path: path, name: "none")) {
      try file.values(of: "none", shape: [1], as: Float.self)
    }
    let error = SafetensorsError.mismatch(
      path: path, name: "weight", found: "F32 [2, 3]", expected: "F32 [3, 2]")
    #expect(throws: error) { try file.values(of: "weight", shape: [3, 2], as: Float.self) }
    #expect(error.description == "\(path): weight is F32 [2, 3], expected F32 [3, 2]")
    #expect(throws: SafetensorsError.self) { try file.values(of: "weight", shape: [2, 3], as: Int32.self) }
  }

  @Test func `a missing file and a missing checksum are told apart`() {
    let missing = FileError.cannot(verb: "open", path: "/no/such", reason: "No such file or directory")
    #expect(throws: SafetensorsError.file(missing)) { try Safetensors(contentsOf: "/no/such") }
    let path = dataPath("reference/python.safetensors")
    #expect(throws: SafetensorsError.noChecksum(path: path)) {
      try Safetensors(contentsOf: path, requiringChecksum: true)
    }
  }

  @Test func `a name twice, a reserved name and a wrong count are programming errors`() async {
    await #expect(processExitsWith: .failure) {
      var file = Safetensors()
      file.add("a", [1], [Float(0)])
      file.add("a", [1], [Float(0)])
    }
    await #expect(processExitsWith: .failure) {
      var file = Safetensors()
      file.add("__metadata__", [1], [Float(0)])
    }
    await #expect(processExitsWith: .failure) {
      var file = Safetensors()
      file.add("a", [2], [Float(0)])
    }
  }
}
