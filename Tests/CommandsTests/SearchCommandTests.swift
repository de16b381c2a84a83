import Foundation
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct SearchCommandTests {
  private struct Report: Decodable {
    struct Photo: Decodable {
      struct Picture: Decodable {
        let picture: String
        let `class`: String?
        let similarity: Double
      }
      let photo: String
      let nearest: [Picture]
    }
    let root: String
    let pictures: Int
    let photos: [Photo]
  }

  private func report(_ words: [String]) throws -> Report {
    let ended = try siam(["search"] + words + ["--json"])
    try #require(ended.code == 0, "\(ended.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(ended.output.utf8))
  }

  private func withRun(_ body: (_ run: String, _ root: String, _ scratch: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 5)
      try #require(try siam(["train", root, "-o", run, "--epochs", "1"] + TrainCommandTests.small).code == 0)
      try body(run, root, scratch)
    }
  }

  private func index(_ run: String) -> [String] { names(in: run).filter { $0.hasSuffix(".index") } }

  @Test func `a copy is found first, a picture of the folder does not find itself, each photo has its list`()
    throws
  {
    try withRun { run, root, scratch in
      let bags = names(in: "\(root)/bag").map { "\(root)/bag/\($0)" }
      let copy = "\(scratch)/a copy.png"
      try writeFile(copy, try readFile(bags[2]))
      let found = try report([run, copy, bags[0], "--k", "4"])
      #expect(found.root == root && found.pictures == 15 && found.photos.map(\.photo) == [copy, bags[0]])
      let first = try #require(found.photos[0].nearest.first)
      #expect(first.picture == bags[2] && first.class == "bag" && abs(first.similarity - 1) < 1e-6)
      for photo in found.photos {
        let all = photo.nearest.map(\.similarity)
        #expect(all.count == 4 && all == all.sorted(by: >))
      }
      #expect(!found.photos[1].nearest.map(\.picture).contains(bags[0]))
      // All there are, but itself.
      #expect(try report([run, bags[0], "--k", "99", "--in", root]).photos[0].nearest.count == 14)

      let text = try siam(["search", run, copy, bags[0], "--k", "2"])
      #expect(text.code == 0 && text.errors.isEmpty)
      #expect(text.output.contains("\(copy): the nearest of 15 pictures in \(root)\n"))
      #expect(text.output.contains("1.000  bag"))
    }
  }

  @Test func `features are kept beside the run, and computed again only for what changed`() throws {
    try withRun { run, root, scratch in
      let photo = "\(root)/coat/\(names(in: "\(root)/coat")[1])"
      let before = try report([run, photo])
      let kept = index(run)
      #expect(kept.count == 1)
      let stamp = FileStamp("\(run)/\(kept[0])")
      #expect(
        try report([run, photo]).photos[0].nearest.map(\.similarity)
          == before.photos[0].nearest.map(\.similarity))
      #expect(FileStamp("\(run)/\(kept[0])") == stamp)

      // A new picture, and one that is gone.
      try writeFile("\(root)/bag/new.png", try readFile(photo))
      try removeFile("\(root)/bag/\(names(in: "\(root)/bag")[0])")
      let after = try report([run, photo])
      #expect(after.pictures == 15 && after.photos[0].nearest[0].picture == "\(root)/bag/new.png")
      #expect(FileStamp("\(run)/\(kept[0])") != stamp && index(run) == kept)

      // Damaged, it is made anew.
      let bytes = try readFile("\(run)/\(kept[0])")
      try writeFile("\(run)/\(kept[0])", Array(bytes.prefix(bytes.count / 2)))
      #expect(
        try report([run, photo]).photos[0].nearest.map(\.picture) == after.photos[0].nearest.map(\.picture))
      #expect(try readFile("\(run)/\(kept[0])") == bytes)

      // The encoder's file has one of its own; a new training removes the run's.
      try writeFile("\(scratch)/e.safetensors", try readFile("\(run)/encoder.safetensors"))
      #expect(try siam(["search", "\(scratch)/e.safetensors", photo]).code == 64)
      #expect(try report(["\(scratch)/e.safetensors", photo, "--in", root]).photos[0].nearest.count == 10)
      #expect(names(in: scratch).contains { $0.hasPrefix("e.safetensors-features-") })
      let words = ["train", root, "-o", run, "--epochs", "1", "--seed", "9", "--overwrite"]
      #expect(try siam(words + TrainCommandTests.small).code == 0)
      #expect(index(run).isEmpty)
    }
  }

  @Test func `bad pictures are told and left out, a bad photo is one line before any work`() throws {
    try withRun { run, root, scratch in
      try writeFile("\(root)/bag/bad.png", "no picture")
      let photo = "\(root)/bag/\(names(in: "\(root)/bag")[1])"
      for _ in 0..<2 {
        let ended = try siam(["search", run, photo])
        #expect(ended.code == 0 && ended.errors.contains("bag/bad.png: "))
      }
      #expect(try siam(["search", run, photo, "--strict"]).code == 65)
      #expect(try siam(["search", run, photo, "--max-bad", "0"]).code == 65)
      let text = try siam(["search", run, photo, "\(root)/bag/bad.png", "--in", "\(scratch)/none"])
      #expect(text.code == 65 && text.errors.hasPrefix("siam search: \(root)/bag/bad.png: "))
      #expect(try siam(["search", run, "\(scratch)/none.png"]).code == 66)
      #expect(try siam(["search", run, root]).code == 66)
    }
  }

  @Test func `a sheet has a row for each photo, upright, and never replaces a file unasked`() throws {
    try withRun { run, root, scratch in
      let photo = "\(scratch)/turned.jpg"
      try writeFile(photo, try readFile(dataPath("reference/pictures/exif6.jpg")))
      let words = ["search", run, photo, photo, "--k", "3", "-o", "\(scratch)/s.png"]
      let ended = try siam(words)
      #expect(ended.code == 0, "\(ended.errors)")
      let sheet = try Image(contentsOf: "\(scratch)/s.png")
      #expect(sheet.width == 4 * 164 + 4 && sheet.height == 2 * 164 + 4)
      #expect(try siam(words).code == 73)
      #expect(try siam(words + ["--overwrite"]).code == 0)
      #expect(try siam(["search", run, photo, "-o", "\(scratch)/s.jpg"]).code == 64)
      #expect(try siam(["search", run, photo, "-o", "\(scratch)/t.png", "--k", "100000"]).code == 64)
    }
  }
}
