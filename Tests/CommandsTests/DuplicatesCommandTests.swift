import Foundation
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct DuplicatesCommandTests {
  private struct Report: Decodable {
    struct Group: Decodable {
      struct Picture: Decodable {
        let path: String
        let `class`: String?
        let width, height, bytes: Int
        let likeness: String
        let difference: Double?
      }
      let exact, severalClasses: Bool
      let pictures: [Picture]
    }
    let pictures: Int
    let groups: [Group]
  }

  private func report(_ words: [String]) throws -> Report {
    let ended = try siam(["duplicates"] + words + ["--json"])
    try #require(ended.code == 0, "\(ended.errors)")
    return try JSON.value(Report.self, from: ended.output.utf8, keys: .snakeCase)
  }

  /// Pictures with an exact copy, the same in another class, and a near copy.
  private func withCopies(_ body: (_ root: String, _ scratch: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, classes: ["bag", "coat"], each: 30)
      let bags = names(in: "\(root)/bag").map { "\(root)/bag/\($0)" }
      try writeFile("\(root)/bag/zz copy.png", try readFile(bags[0]))
      try writeFile("\(root)/coat/zz torn.png", try readFile(bags[1]))
      try writeFile("\(root)/bag/zz near.jpg", try Image(contentsOf: bags[2]).jpegBytes(quality: 92))
      try body(root, scratch)
    }
  }

  @Test func `copies in several classes are first, and the best picture is first in its group`() throws {
    try withCopies { root, _ in
      let found = try report([root])
      #expect(found.pictures == 63 && found.groups.count == 3)
      let torn = found.groups[0]
      #expect(torn.severalClasses && torn.exact && torn.pictures.map(\.class) == ["bag", "coat"])
      #expect(found.groups[1].exact && found.groups[1].pictures.map(\.likeness) == ["best", "same file"])
      let near = found.groups[2].pictures
      #expect(!found.groups[2].exact && near.map(\.likeness) == ["best", "near"])
      #expect(near[0].bytes >= near[1].bytes && (near[1].difference ?? 1) < 0.03)
      #expect(try report([root, "--exact"]).groups.count == 2)

      let text = try siam(["duplicates", root])
      #expect(text.code == 0 && text.errors.isEmpty)
      let lines = text.output.split(separator: "\n")
      #expect(lines[0].contains(": 3 groups among 63 pictures; 3 pictures, "))
      #expect(lines[1].hasPrefix("in several classes"))
      #expect(names(in: root) == ["bag", "coat"] && names(in: "\(root)/bag").count == 32)

      // siam check tells the torn one first, too.
      let check = try siam(["check", root]).output.split(separator: "\n").filter {
        $0.contains(":  ") || $0.contains("warning:")
      }
      #expect(check.first { $0.hasPrefix("warning:") }?.contains("found in several classes") == true)
    }
  }

  @Test func `the list has all but the best, a line each or between NULs, with names as they are`() throws {
    try withCopies { root, scratch in
      let odd = "\(root)/bag/zz\n\\odd\u{1B}.png"
      try writeFile(odd, try readFile("\(root)/bag/zz copy.png"))
      let listed = try siam(["duplicates", root, "--list"])
      let paths = listed.output.split(separator: "\n").map(String.init)
      #expect(listed.code == 0 && paths.count == 4)
      #expect(paths.contains("\(root)/bag/zz copy.png"))
      #expect(paths.contains("\(root)/bag/zz\\u{a}\\\\odd\\u{1b}.png"))
      #expect(listed.errors.contains("1 name") && listed.errors.contains("--null"))
      let raw = "\(scratch)/list"
      try writeFile(raw, "")
      #expect(try siam(["duplicates", root, "--list", "-0"], output: raw).code == 0)
      let parts = try readFile(raw).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      #expect(parts.count == 4 && parts.contains(odd))
      #expect(try readFile(raw).last == 0)
      #expect(try siam(["duplicates", root, "--list", "--exact"]).output.split(separator: "\n").count == 3)
      #expect(try siam(["duplicates", root, "-0"]).code == 64)
      #expect(try siam(["duplicates", root, "--list", "--json"]).code == 64)
    }
  }

  @Test func `a page shows the groups, and bad pictures are told`() throws {
    try withCopies { root, scratch in
      try writeFile("\(root)/bag/bad.png", "no picture")
      let words = ["duplicates", root, "-o", "\(scratch)/g.html"]
      let ended = try siam(words)
      #expect(ended.code == 0 && ended.errors.contains("bag/bad.png: "))
      #expect(ended.output.hasSuffix("\(scratch)/g.html: the groups, to open in a browser\n"))
      let page = String(decoding: try readFile("\(scratch)/g.html"), as: UTF8.self)
      #expect(page.contains("In several classes") && page.contains("zz torn.png"))
      #expect(page.components(separatedBy: "base64,").count == 7)
      #expect(try siam(words).code == 73)
      #expect(try siam(words + ["--overwrite"]).code == 0)
      #expect(try siam(["duplicates", root, "--strict"]).code == 65)
      #expect(try siam(["duplicates", "\(scratch)/none"]).code == 64)
      let none = try siam(["duplicates", dataPath("fashion-mini/test/bag"), "--exact"])
      #expect(none.code == 0 && none.output.contains("no duplicates among 100 pictures"))
    }
  }
}
