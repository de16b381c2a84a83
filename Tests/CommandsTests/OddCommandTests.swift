import Foundation
import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct OddCommandTests {
  private struct Report: Decodable {
    struct Picture: Decodable {
      let picture, reason: String
      let suggested: String?
    }
    let pictures: Int
    let doubted: Int?
    let wrongLabels, alone: [Picture]
  }

  @Test func `labels that were swapped are doubted first, with the reason, on a page too`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, classes: ["bag", "trouser"], each: 50)
      // Two of a hundred.
      var swapped: Set<String> = []
      for (from, to, index) in [("bag", "trouser", 7), ("trouser", "bag", 31)] {
        let name = names(in: "\(root)/\(from)")[index]
        try FileManager.default.moveItem(atPath: "\(root)/\(from)/\(name)", toPath: "\(root)/\(to)/\(name)")
        swapped.insert("\(root)/\(to)/\(name)")
      }
      try #require(try siam(["train", root, "-o", run] + PatchTrainingTests.small).code == 0)
      let ended = try siam(["odd", root, run, "--json", "-n", "5", "-o", "\(scratch)/odd.html"])
      try #require(ended.code == 0, "\(ended.errors)")
      let found = try JSON.value(Report.self, from: ended.output.utf8, keys: .snakeCase)
      // A trouser of the data set that looks like none may be among them.
      #expect(swapped.isSubset(of: found.wrongLabels.prefix(3).map(\.picture)))
      for one in found.wrongLabels.prefix(3) {
        #expect(one.suggested == (one.picture.contains("/bag/") ? "trouser" : "bag"))
        #expect(one.reason.hasPrefix("of its 20 nearest "))
      }
      #expect(found.pictures == 100 && found.alone.count == 5 && (found.doubted ?? 0) >= 2)
      let page = String(decoding: try readFile("\(scratch)/odd.html"), as: UTF8.self)
      #expect(page.contains("trouser, likely bag") && page.contains("Alone, the loneliest first"))

      let text = try siam(["odd", root, run])
      #expect(text.code == 0 && text.errors.isEmpty && text.output.contains("likely wrong labels"))
      #expect(try siam(["odd", root, run, "-o", "\(scratch)/odd.html"]).code == 73)
      // Without classes there are only loners.
      let flat = try siam(["odd", "\(root)/bag", run])
      #expect(
        flat.code == 0 && flat.output.contains("50 pictures without classes") && flat.output.contains("alone")
      )
      #expect(try siam(["odd", run, root]).code == 66)
    }
  }
}
