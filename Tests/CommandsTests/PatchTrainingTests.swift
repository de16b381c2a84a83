import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

/// Patch features through the real binary.
@Suite struct PatchTrainingTests {
  static let small = [
    "--method", "patches", "--size", "16", "--atoms", "32", "--rank", "16", "--embedding", "16",
    "--components", "8",
    "--no-report",
  ]

  @Test func `patch features are fitted, judged, exported, and repeated to the same bytes`()
    throws
  {
    try withScratchFolder { scratch in
      let (root, run, again) = ("\(scratch)/in", "\(scratch)/run", "\(scratch)/again")
      try copyImages(to: root, each: 8)
      let ended = try siam(["train", root, "-o", run, "--seed", "3"] + Self.small)
      #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
      #expect(names(in: run) == ["config.json", "encoder.safetensors", "metrics.jsonl", "pictures.txt"])
      let lines = ended.output.split(separator: "\n").map(String.init)
      #expect(lines[1].hasPrefix("Patch features"))
      let repeating = try #require(lines.first { $0.hasPrefix("the same again: siam ") })
      let table = try #require(lines.firstIndex { $0.hasPrefix("features ") })
      #expect(
        lines[(table + 1)...].prefix(7).map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
          == [
            "raw pixels", "pixel PCA", "HOG 32x32", "untrained PCA", "untrained average",
            "untrained map", "trained PCA",
          ])
      let epochs = try RunFolder(run).epochs()
      #expect(epochs.map(\.epoch) == [0, 1] && epochs[0].rawKnn != nil && epochs[1].knn != nil)
      #expect(epochs[1].rank?.isFinite == true && epochs[1].std?.isFinite == true)

      // The command that it prints does without the clock.
      let words = repeating.dropFirst("the same again: siam ".count).split(separator: " ").map(String.init)
      #expect(words.contains("--scales") && !words.contains("--time"))
      let repeated = try siam(words.map { $0 == run ? again : $0 })
      #expect(repeated.code == 0, "\(repeated.errors)")
      #expect(try readFile("\(run)/encoder.safetensors") == readFile("\(again)/encoder.safetensors"))

      let table2 = try siam(["eval", run, "--train", root])
      #expect(table2.code == 0 && table2.output.contains("trained PCA"), "\(table2.errors)")
      let exported = try siam(["export", run, root, "-o", "\(scratch)/features.npy"])
      #expect(exported.code == 0 && exported.output.contains("24 x 8, components"), "\(exported)")
    }
  }

  @Test func `a fit that was cut off begins anew with the same bytes, and one that ended is left alone`()
    throws
  {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 4)
      #expect(try siam(["train", root, "-o", run] + Self.small).code == 0)
      let encoder = try readFile("\(run)/encoder.safetensors")
      let finished = try siam(["train", root, "-o", run, "--resume"])
      #expect(finished.code == 0 && finished.output.contains("already finished"), "\(finished)")
      try removeFile("\(run)/encoder.safetensors")
      let resumed = try siam(["train", root, "-o", run, "--resume"])
      #expect(resumed.code == 0 && resumed.output.contains("fitting from the beginning"), "\(resumed)")
      #expect(try readFile("\(run)/encoder.safetensors") == encoder)
      #expect(try RunFolder(run).epochs().map(\.epoch) == [0, 1])
      let other = try siam(["train", root, "-o", run, "--resume", "--atoms", "64"])
      #expect(other.code == 64 && other.errors.contains("--atoms"), "\(other)")
    }
  }

  @Test(
    "a few pictures have fewer atoms than numbers, and are learned from all the same", arguments: [2, 3, 9])
  func few(count: Int) throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", classes: ["bag"], each: count)
      let ended = try siam(["train", "\(scratch)/in", "-o", "\(scratch)/run", "--method", "patches"])
      #expect(ended.code == 0, "\(ended)")
      let exported = try siam(["export", "\(scratch)/run", "\(scratch)/in", "-o", "\(scratch)/f.npy"])
      #expect(exported.code == 0 && exported.output.contains("\(count) x \(count - 1),"), "\(exported)")
    }
  }

  @Test func `pictures of one colour are refused in a line`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 2)
      let flat = try Image(width: 16, height: 16, pixels: [UInt8](repeating: 90, count: 768)).pngBytes()
      for name in names(in: root) {
        for image in names(in: "\(root)/\(name)") { try writeFile("\(root)/\(name)/\(image)", flat) }
      }
      let ended = try siam(["train", root, "-o", "\(scratch)/run"] + Self.small)
      #expect(ended.code == 65 && ended.errors.contains("no patches that differ"), "\(ended)")
    }
  }
}
