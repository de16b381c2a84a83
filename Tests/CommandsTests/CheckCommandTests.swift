import Foundation
import Glibc
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct CheckCommandTests {
  @Test func `what cannot be listed counts as bad: it stops what is strict, and where nothing may be bad`()
    throws
  {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 4)
      // Root may list everything: a link that leads nowhere counts in the same way.
      try FileManager.default.createSymbolicLink(atPath: "\(root)/gone", withDestinationPath: "nowhere")
      for (words, code) in [([], 0), (["--strict"], 65), (["--max-bad", "0"], 65)] as [([String], Int32)] {
        #expect(try siam(["check", root] + words).code == code, "check \(words)")
      }
      for (words, code) in [([], 0), (["--strict"], 66), (["--max-bad", "0"], 65)] as [([String], Int32)] {
        #expect(try siam(["duplicates", root] + words).code == code, "duplicates \(words)")
      }
      #expect(try siam(["preview", root, "-o", "\(scratch)/s.png", "--strict"]).code == 66)
      #expect(try siam(["preview", root, "-o", "\(scratch)/s.png"]).code == 0)
    }
  }

  @Test func `a class whose blanks would not be seen is shown in quotation marks`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", classes: ["bag"], each: 3)
      try FileManager.default.moveItem(atPath: "\(scratch)/in/bag", toPath: "\(scratch)/in/bag ")
      let shown = try siam(["check", "\(scratch)/in"]).output
      #expect(shown.contains("“bag ”: 3"), "\(shown)")
      #expect(try siam(["check", "\(scratch)/in", "--json"]).output.contains("\"bag : 3\""))
    }
  }

  private struct Report: Decodable {
    struct Finding: Decodable {
      let kind, weight, found, action: String
      let count: Int
      let examples: [String]
    }
    struct Tally: Decodable, Equatable {
      let name: String
      let pictures: Int
    }
    struct Facts: Decodable {
      let pictures, usable: Int
      let formats, colours, orientations, shorterSides, classes: [Tally]
    }
    struct Folder: Decodable {
      let facts: Facts
      let findings: [Finding]
    }
    struct Plan: Decodable { let minutes, size, scales, atoms: Int, seconds: Double }
    struct Forecast: Decodable { let size, batch, stepsPerEpoch: Int, recipe: String, plans: [Plan] }
    let train: Folder
    let test: Folder?
    let across: [Finding]
    let forecast: Forecast?
    let verdict: String
  }

  private func check(_ words: [String], code: Int32 = 0) throws -> Report {
    let ended = try siam(["check", "--json"] + words)
    #expect(ended.code == code, "\(ended.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(ended.output.utf8))
  }

  private func reference(_ name: String) throws -> [UInt8] {
    try readFile(dataPath("reference/pictures/\(name)"))
  }

  /// Fashion pictures with one of everything that may be wrong.
  private func makeBadTree(_ root: String) throws {
    try copyImages(to: root, classes: ["bag", "coat", "dress"], each: 12)
    let bag = names(in: "\(root)/bag")
    for (name, bytes) in [
      ("bag/cut.png", Array(try reference("rgb8.png").dropLast(20))),
      ("bag/web.jpg", Array("RIFF....WEBPVP8 ".utf8)),
      ("bag/empty.png", []), ("coat/turned.jpg", try reference("exif6.jpg")),
      ("coat/wide.png", try reference("grey16.png")), ("coat/alpha.png", try reference("rgba8.png")),
      ("coat/inks.jpg", try reference("cmyk.jpg")), ("coat/misnamed.jpg", try reference("rgb8.png")),
      ("coat/copy.png", try readFile("\(root)/bag/\(bag[0])")), ("coat/frame.jif", try reference("rgb.jpg")),
      ("coat/old.gif", Array("GIF89a".utf8)), ("coat/notes.txt", Array("hello".utf8)),
      ("coat/.hidden.png", []), ("beside.png", try reference("rgb8.png")),
      (
        "dress/flat.png", try Image(width: 9, height: 9, pixels: [UInt8](repeating: 5, count: 243)).pngBytes()
      ),
      (
        "dress/long.png",
        try Image(width: 90, height: 9, pixels: (0..<2430).map { UInt8($0 % 251) }).pngBytes()
      ),
    ] {
      try writeFile("\(root)/\(name)", bytes)
    }
    for name in ["single", "few", "none"] { try makeFolder("\(root)/\(name)") }
    try writeFile("\(root)/single/a.png", try reference("palette8.png"))
    for (place, name) in ["rgb.jpg", "progressive-444.jpg", "restarts.jpg"].enumerated() {
      try writeFile("\(root)/few/\(place).jpg", try reference(name))
    }
    unsafe #expect(symlink("/etc/hostname", "\(root)/few/out.png") == 0)
    unsafe #expect(symlink("nowhere", "\(root)/few/broken.png") == 0)
  }

  @Test func `pictures that are dark, bright, blurred or nearly of one colour are noted, the worst first`()
    throws
  {
    try withScratchFolder { root in
      func write(_ name: String, _ level: (Int, Int) -> Int) throws {
        let pixels = (0..<64).flatMap { y in
          (0..<64).flatMap { x in [UInt8](repeating: UInt8(level(x, y)), count: 3) }
        }
        try writeFile("\(root)/a/\(name).png", try Image(width: 64, height: 64, pixels: pixels).pngBytes())
      }
      func noise(_ x: Int, _ y: Int) -> Int { (x * 71 + y * 37 + x * y * 23) % 97 }
      try makeFolder("\(root)/a")
      try write("plain") { x, y in 40 + 2 * noise(x, y) }
      try write("dark") { x, y in noise(x, y) / 2 }
      try write("darker") { x, y in noise(x, y) / 4 }
      try write("bright") { x, y in 245 + noise(x, y) / 10 }
      try write("blurred") { x, y in 40 + x + y }
      try write("nearly") { x, y in x == y ? 200 : 90 }
      let findings = try check([root]).train.findings
      for (kind, names) in [
        ("dark_pictures", ["darker", "dark"]), ("bright_pictures", ["bright"]),
        ("blurred_pictures", ["blurred"]),
        ("nearly_flat_pictures", ["nearly"]),
      ] {
        let finding = try #require(findings.first { $0.kind == kind }, "\(kind)")
        #expect(finding.weight == "note")
        #expect(
          finding.examples.map { $0.prefix { $0 != "." } } == names.map { "a/\($0)" }, "\(finding.examples)")
      }
    }
  }

  @Test func `every kind of finding is found in a tree that has it, and only there`() throws {
    try withScratchFolder { scratch in
      try makeBadTree("\(scratch)/bad")
      let report = try check(["\(scratch)/bad", "--max-bad", "0.5"])
      let kinds = Dictionary(report.train.findings.map { ($0.kind, $0) }) { first, _ in first }
      for (kind, count, part) in [
        ("bad_pictures", 3, "bag/web.jpg: a WebP picture, neither PNG nor JPEG"),
        ("rotated_pictures", 1, "coat/turned.jpg: orientation 6"), ("wide_grey", 1, "coat/wide.png"),
        ("transparent_pictures", 1, "coat/alpha.png"), ("cmyk_pictures", 1, "coat/inks.jpg"),
        ("misnamed_pictures", 1, "coat/misnamed.jpg: PNG"), ("flat_pictures", 1, "dress/flat.png"),
        ("long_pictures", 1, "dress/long.png: 90x9"), ("unnamed_pictures", 1, "coat/frame.jif"),
        ("other_pictures", 1, "coat/old.gif"), ("other_files", 1, "coat/notes.txt"), ("hidden_names", 1, ""),
        ("beside_classes", 1, "beside.png"), ("outside_links", 1, "few/out.png"),
        ("unreadable_names", 1, "few/broken.png: a link that leads nowhere"),
        ("single_picture_classes", 1, "single: 1"), ("small_classes", 1, "few: 3"),
        ("empty_classes", 1, "none: 0"),
        ("conflicting_classes", 1, "bag/"), ("few_pictures", 1, ""), ("unbalanced_classes", 5, ""),
      ] {
        let finding = try #require(kinds[kind], "\(kind)")
        #expect(kind == "few_pictures" || finding.count == count, "\(kind): \(finding.count)")
        #expect(
          part.isEmpty || finding.examples.contains { $0.hasPrefix(part) }, "\(kind): \(finding.examples)")
      }
      let copies = try #require(kinds["copies"])
      #expect(copies.examples.contains { $0.hasSuffix(" = coat/copy.png") })
      #expect(report.verdict == "doubtful")
      let facts = report.train.facts
      #expect(facts.pictures == 36 + 3 + 6 + 2 + 1 + 3 && facts.usable == facts.pictures - 3)
      #expect(
        facts.formats.map(\.name) == ["PNG", "JPEG"] && facts.orientations == [.init(name: "6", pictures: 1)])
      #expect(facts.colours.contains(.init(name: "16-bit grey", pictures: 1)))
      #expect(facts.colours.contains(.init(name: "colour with transparency", pictures: 1)))
      #expect(facts.colours.contains(.init(name: "CMYK", pictures: 1)))
      #expect(facts.shorterSides.map(\.pictures).reduce(0, +) == facts.usable)

      let parts = try check([dataPath("fashion-mini")]).train.findings.filter { $0.kind == "split_folders" }
      #expect(parts.map(\.examples) == [["test", "train"]] && parts[0].action.hasSuffix("fashion-mini/test"))
      #expect(kinds["split_folders"] == nil)
      let good = try check([dataPath("fashion-mini/test")])
      #expect(good.train.findings.allSatisfy { $0.weight == "note" } && good.verdict == "ready")
      #expect(
        good.train.facts.classes.allSatisfy { $0.pictures == 100 } && good.train.facts.classes.count == 10)
      #expect(
        good.forecast?.plans.map(\.minutes) == [1, 10, 60] && good.forecast?.plans.last?.atoms == 4096)
      #expect(
        good.forecast?.size == 32 && good.forecast?.recipe == "grey" && good.forecast?.stepsPerEpoch == 7)
    }
  }

  @Test func `copies and kin of training pictures are found in the test folder, and classes are compared`()
    throws
  {
    try withScratchFolder { scratch in
      let (train, test) = ("\(scratch)/train", "\(scratch)/test")
      try copyImages(to: train, classes: ["bag", "coat", "dress"], each: 30)
      for name in ["bag", "coat", "hat"] { try makeFolder("\(test)/\(name)") }
      let bags = names(in: "\(train)/bag")
      for name in bags.prefix(4) {
        try writeFile("\(test)/bag/\(name)", try readFile("\(train)/bag/\(name)"))
      }
      // The same pixels in other bytes, and nearly the same pixels.
      try Image(contentsOf: "\(train)/bag/\(bags[5])").write(png: "\(test)/coat/again.png")
      try writeFile(
        "\(test)/coat/near.jpg", try Image(contentsOf: "\(train)/bag/\(bags[6])").jpegBytes(quality: 90))
      try writeFile("\(test)/hat/h.png", try reference("rgb8.png"))
      let report = try check([train, "--test", test])
      let kinds = Dictionary(uniqueKeysWithValues: report.across.map { ($0.kind, $0) })
      #expect(kinds["copies_across"]?.count == 5 && kinds["near_duplicates_across"]?.count == 1)
      #expect(kinds["copies_across"]?.examples.first == "bag/\(bags[0]) = test bag/\(bags[0])")
      let near = try #require(kinds["near_duplicates_across"]?.examples.first)
      #expect(near.hasSuffix(" bag/\(bags[6]) ~ test coat/near.jpg"))
      #expect(
        kinds["unknown_classes"]?.examples == ["hat"] && kinds["untested_classes"]?.examples == ["dress"])
      let flat = try check([train, "--test", "\(test)/bag"], code: 65)
      #expect(flat.across.contains { $0.kind == "without_classes" && $0.weight == "error" })
    }
  }

  @Test func `the exit code says whether the folder can be trained on, and strictly whether to think first`()
    throws
  {
    try withScratchFolder { scratch in
      let good = dataPath("fashion-mini/test")
      let strict = try siam(["check", good, "--strict"])
      #expect(strict.code == 0 && strict.errors.isEmpty && strict.output.hasSuffix(": ready to train on\n"))
      try copyImages(to: "\(scratch)/in", each: 100)
      try removeFile("\(scratch)/in/bag/\(names(in: "\(scratch)/in/bag")[0])")
      try writeFile("\(scratch)/in/bag/bad.png", "no picture")
      #expect(try siam(["check", "\(scratch)/in"]).code == 0)
      let refused = try siam(["check", "\(scratch)/in", "--strict"])
      #expect(
        refused.code == 65
          && refused.errors == "siam check: \(scratch)/in: there are warnings, and --strict is given\n")
      #expect(try siam(["check", "\(scratch)/in", "--max-bad", "0"]).code == 65)
      #expect(try siam(["train", "\(scratch)/in", "-o", "\(scratch)/run", "--max-bad", "0"]).code == 65)
      try makeFolder("\(scratch)/one")
      try writeFile("\(scratch)/one/a.png", try reference("rgb8.png"))
      let single = try siam(["check", "\(scratch)/one"])
      #expect(single.code == 65 && single.output.contains("error:   1 usable picture\n"))
      try writeFile("\(scratch)/one/a.png", "no picture")
      #expect(try siam(["check", "\(scratch)/one"]).code == 65)
      #expect(try siam(["check", "\(scratch)/none"]).code == 64)
    }
  }

  @Test func `the report keeps to the width and prints no name that acts on a terminal`() throws {
    try withScratchFolder { scratch in
      let odd = "red\u{1B}[31m\u{202E}gnp\n.png"
      try copyImages(to: "\(scratch)/in", each: 3)
      try writeFile("\(scratch)/in/bag/\(odd)", "no picture")
      for words in [[], ["--json"]] {
        let ended = try siam(["check", "\(scratch)/in"] + words)
        #expect(ended.code == 0)
        #expect(!ended.output.unicodeScalars.contains { $0.value == 0x1B || $0.value == 0x202E })
        #expect(
          ended.output.contains(words.isEmpty ? #"bag/red\u{1b}[31m\u{202e}gnp\u{a}.png: "# : #"\u202e"#))
        guard words.isEmpty else { continue }
        let prefix = "\(scratch)/in"
        for line in ended.output.split(separator: "\n") where !line.hasPrefix(prefix) {
          #expect(columns(String(line)) <= 100)
        }
      }
      #expect(try siam(["check", "\(scratch)/in", "--examples", "0"]).output.contains("bag/red") == false)
    }
  }

  @Test func `an interruption ends it with 130 and nothing said`() throws {
    let start = Date()
    let ended = try siam(
      ["check", dataPath("fashion-mini/train")], signal: (SIGINT, { Date().timeIntervalSince(start) > 0.05 }))
    #expect(ended == Ended(output: "", errors: "siam check: interrupted\n", code: 130))
  }
}
