import Glibc
import SiamFiles
import SiamTensors
import TestSupport
import Testing

@testable import SiamFeatures

private let table = FeatureTable(
  vectors: [1, -0.5, 0.1, 1e-10, 16_777_216, 3], dimension: 2, labels: [0, 1, 0],
  classes: ["cat", "=dog, big"],
  paths: ["cat/a.png", "dog/b\n.png", "cat/c\"\\.png"])

private func text(_ path: String) throws -> String { String(decoding: try readFile(path), as: UTF8.self) }

@Suite struct FeatureFormatTests {
  @Test(
    "the extension chooses, in any case",
    arguments: [
      ("a.npy", FeatureFormat.npy), ("x.y/a.b.CSV", .csv), ("/tmp/f.SafeTensors", .safetensors),
      (".npy", .npy),
    ])
  func chosen(path: String, format: FeatureFormat) throws { #expect(try FeatureFormat(path: path) == format) }

  @Test(
    "another or none is refused with the ones there are",
    arguments: ["a", "a.npx", "a.npy/b", "a.npy.", "npy", ""])
  func unknown(path: String) {
    let error = #expect(throws: FeatureError.self) { try FeatureFormat(path: path) }
    #expect(error == .unknownFormat(path: path))
    #expect(error?.description == "\(path): no known format of features: use .npy, .csv, .safetensors, .npz")
  }

  @Test func `through a link, paths and labels are written beside what it leads to`() throws {
    try withScratchFolder { folder in
      try makeFolder("\(folder)/there")
      for name in ["real.npy", "real.paths.txt"] { try writeFile("\(folder)/there/\(name)", "before") }
      #expect(unsafe symlink("there/real.npy", "\(folder)/link.npy") == 0)
      let files = try FeatureFiles("\(folder)/link.npy")
      try files.write(table)
      #expect(names(in: folder) == ["link.npy", "there"])
      #expect(names(in: "\(folder)/there") == ["real.labels.txt", "real.npy", "real.paths.txt"])
      #expect(try text("\(folder)/there/real.paths.txt").hasPrefix("cat/a.png\n"))
      #expect(try readNumPy("\(folder)/link.npy").columns == 2)
      // A name that is no link is used as it is given.
      #expect(
        try FeatureFiles("\(folder)/there/../there/real.npy").features == "\(folder)/there/../there/real.npy")
    }
  }

  @Test func `a matrix has its paths and labels beside it, a line a row`() throws {
    try withScratchFolder { folder in
      let files = try FeatureFiles("\(folder)/f.x.npy")
      try files.write(table)
      #expect(names(in: folder) == ["f.x.labels.txt", "f.x.npy", "f.x.paths.txt"])
      #expect(files.all == ["f.x.npy", "f.x.paths.txt", "f.x.labels.txt"].map { "\(folder)/\($0)" })
      let (values, columns) = try readNumPy(files.features)
      #expect(values == table.vectors && columns == 2)
      #expect(try text(files.paths) == "cat/a.png\ndog/b\\u{a}.png\ncat/c\"\\\\.png\n")
      #expect(try text(files.labels) == "cat\n=dog, big\ncat\n")
    }
  }

  @Test func `files that cannot all be written leave what was there, and a link stays one`() throws {
    try withScratchFolder { folder in
      let files = try FeatureFiles("\(folder)/f.npy")
      try writeFile("\(folder)/far.npy", "earlier")
      #expect(unsafe symlink("far.npy", files.features) == 0)
      try writeFile(files.paths, "earlier")
      try makeFolder(files.labels)
      #expect(throws: FeatureError.file(.notAFile(path: files.labels))) { try files.write(table) }
      #expect(try text(files.features) == "earlier" && text(files.paths) == "earlier")
      #expect(names(in: folder).count == 4)
      unsafe rmdir(files.labels)
      try files.write(table)
      #expect(try readNumPy("\(folder)/far.npy").values == table.vectors)
      var status = stat()
      #expect(unsafe lstat(files.features, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test func `a spreadsheet gets numbers that read back and no formulas`() throws {
    try withScratchFolder { folder in
      try FeatureFiles("\(folder)/f.csv").write(table)
      let expected = """
        path,label,f0,f1\r
        cat/a.png,cat,1.0,-0.5\r
        dog/b\\u{a}.png,"'=dog, big",0.1,1e-10\r
        "cat/c""\\\\.png",cat,16777216.0,3.0\r\n
        """
      #expect(try text("\(folder)/f.csv") == expected)
      #expect(names(in: folder).count == 3)
    }
  }

  @Test(
    "a cell is harmless and whole",
    arguments: [
      ("a", "a"), ("", ""), ("a b", "a b"), ("a,b", "\"a,b\""), ("a;b", "\"a;b\""), ("a\"b", "\"a\"\"b\""),
      ("a\r\nb", "a\\u{d}\\u{a}b"), ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"),
      ("＝1", "'＝1"),
      ("\t=1", "\\u{9}=1"), ("\u{1B}]0;x", "\"\\u{1b}]0;x\""), ("=\"a\"", "\"'=\"\"a\"\"\""), ("a=1", "a=1"),
    ])
  func cells(text: String, expected: String) { #expect(cell(text) == expected) }

  @Test func `named arrays hold features, labels and the classes' names`() throws {
    try withScratchFolder { folder in
      let path = "\(folder)/f.safetensors"
      try FeatureFiles(path).write(table)
      let file = try Safetensors(contentsOf: path, requiringChecksum: true)
      #expect(try file.values(of: "features", shape: [3, 2]) == table.vectors)
      #expect(try file.values(of: "labels", shape: [3]) == [Int64]([0, 1, 0]))
      #expect(file.metadata["classes"] == "cat\n=dog, big")
    }
  }

  @Test("labels of an earlier table do not stay beside a new one", arguments: FeatureFormat.allCases)
  func stale(format: FeatureFormat) throws {
    try withScratchFolder { folder in
      let files = try FeatureFiles("\(folder)/f.\(format.rawValue)")
      try files.write(table)
      try files.write(FeatureTable(vectors: [1, 2], dimension: 2))
      #expect(names(in: folder) == ["f.\(format.rawValue)"])
      try files.write(FeatureTable(vectors: [1, 2], dimension: 2, labels: [7]))
      #expect(try text(files.labels) == "7\n")
    }
  }

  @Test("a folder that is not there is named", arguments: FeatureFormat.allCases)
  func missing(format: FeatureFormat) throws {
    let path = "/no/such/f.\(format.rawValue)"
    let reason = "No such file or directory"
    #expect(throws: FeatureError.file(.cannot(verb: "create", path: path, reason: reason))) {
      try FeatureFiles(path).write(FeatureTable(vectors: [1, 2], dimension: 2))
    }
  }

  @Test(
    "a name stays one line for every reader",
    arguments: [
      ("a.png", "a.png"), ("猫 👩‍🚀.png", "猫 👩‍🚀.png"), ("a\r\nb", #"a\u{d}\u{a}b"#),
      ("a\u{b}\u{1c}b", #"a\u{b}\u{1c}b"#),
      ("a\u{85}\u{2028}b", #"a\u{85}\u{2028}b"#), (#"a\nb"#, #"a\\nb"#),
      ("\u{202E}gnp.\u{2066}x\u{200F}", #"\u{202e}gnp.\u{2066}x\u{200f}"#), ("\u{1B}[31m", #"\u{1b}[31m"#),
    ])
  func lines(name: String, expected: String) { #expect(oneLineName(name) == expected) }

  @Test func `16 bits hold the nearest numbers, and numbers too large for them are refused`() throws {
    try withScratchFolder { folder in
      let halves = FeatureTable(vectors: [1, -0.5, 0.1, 65_504], dimension: 2)
      let path = "\(folder)/h.safetensors"
      try FeatureFiles(path).write(halves, as: .float16)
      let file = try Safetensors(contentsOf: path, requiringChecksum: true)
      #expect(
        try file.values(of: "features", shape: [2, 2]) == [1, -0.5, 0.099_975_586, 65_504] as [Float16])
      try FeatureFiles("\(folder)/h.csv").write(halves, as: .float16)
      #expect(try text("\(folder)/h.csv").hasSuffix(",,1.0,-0.5\r\n,,0.1,65504.0\r\n"))
      try FeatureFiles("\(folder)/h.npy").write(halves, as: .float16)
      let bytes = try readFile("\(folder)/h.npy")
      #expect(bytes.count == 128 + 8 && Array(bytes.suffix(8)) == [0, 0x3C, 0, 0xB8, 0x66, 0x2E, 0xFF, 0x7B])
      #expect(String(decoding: bytes[10..<128], as: UTF8.self).hasPrefix("{'descr': '<f2', "))
      #expect(throws: FeatureError.beyondHalf(row: 2)) {
        try FeatureFiles("\(folder)/t.npy").write(table, as: .float16)
      }
      #expect(try !fileExists("\(folder)/t.npy"))
    }
  }

  @Test func `two formats share paths and labels of the same rows, and of no others`() throws {
    try withScratchFolder { folder in
      try FeatureFiles("\(folder)/f.npy").write(table)
      let csv = try FeatureFiles("\(folder)/f.csv")
      #expect(try csv.claimed(for: table) == [csv.features, csv.components])
      try csv.write(table)
      #expect(names(in: folder) == ["f.csv", "f.labels.txt", "f.npy", "f.paths.txt"])
      let others = table.rows([2, 0])
      let error = FeatureError.pathsOfOthers(path: csv.labels, features: "\(folder)/f.npy")
      #expect(throws: error) { try csv.write(others) }
      #expect(try text(csv.paths).hasPrefix("cat/a.png\n"))
      try removeFile("\(folder)/f.npy")
      try csv.write(others)
      #expect(try text(csv.labels) == "cat\ncat\n")
    }
  }
}
