import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

/// Trainings of a network beside patch features.
struct BesidePatchesTests {
  private static let small = [
    "--preset", "tiny", "--batch", "8", "--square", "16", "--atoms", "32", "--rank", "16", "--embedding",
    "16", "--components", "8", "--no-report",
  ]

  @Test
  func `without a method a network is trained beside patch features, and its command gives the same bytes`()
    throws
  {
    try withScratchFolder { scratch in
      let (root, run, again) = ("\(scratch)/in", "\(scratch)/run", "\(scratch)/again")
      try copyImages(to: root, each: 8)
      let ended = try siam(["train", root, "-o", run, "--time", "4s", "--no-report"])
      #expect(ended.code == 0, "\(ended.errors)")
      let lines = ended.output.split(separator: "\n").map(String.init)
      #expect(
        lines.contains { $0.hasPrefix("Patch features") } && lines.contains { $0.hasPrefix("SimCLR on") })
      let table = try #require(lines.firstIndex { $0.hasPrefix("features ") })
      let names = lines[(table + 1)...].map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
      #expect(names.contains("trained joined") && names.contains("trained patches"))
      #expect(names.contains("trained simclr") && names.contains("untrained PCA"))
      let repeating = try #require(lines.first { $0.hasPrefix("the same again: siam ") })
      let words = repeating.dropFirst("the same again: siam ".count).split(separator: " ").map(String.init)
      #expect(words.contains("patches+simclr") && words.contains("--epochs") && words.contains("--square"))
      #expect(try siam(words.map { $0 == run ? again : $0 }).code == 0)
      #expect(try readFile("\(run)/encoder.safetensors") == readFile("\(again)/encoder.safetensors"))
    }
  }

  @Test("a run goes on from what was written, with the same bytes", arguments: ["patches", "checkpoint"])
  func resumed(kept: String) throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 8)
      let words = ["train", root, "-o", run]
      let method = ["--method", "patches+simsiam", "--epochs", "2"]
      #expect(try siam(words + method + Self.small).code == 0)
      let encoder = try readFile("\(run)/encoder.safetensors")
      #expect(try siam(words + ["--resume"]).output.contains("already finished"))
      // Killed while the network was trained, or between its last checkpoint and the encoder.
      try removeFile("\(run)/encoder.safetensors")
      if kept == "patches" {
        try removeFile("\(run)/checkpoint.safetensors")
        try removeFile("\(run)/metrics.jsonl")
      }
      let resumed = try siam(words + ["--resume"])
      #expect(resumed.code == 0 && resumed.output.contains("fitted: ") == false, "\(resumed)")
      #expect(try readFile("\(run)/encoder.safetensors") == encoder)
      let other = try siam(words + ["--resume", "--square", "24"])
      #expect(other.code == 64 && other.errors.contains("--square"), "\(other)")
    }
  }

  @Test func `a network's components survive its file and a checkpoint, and have no mean`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 8)
      let words = ["train", root, "-o", run, "--method", "simclr", "--epochs", "1"]
      #expect(try siam(words + TrainCommandTests.small).code == 0)
      let store = try ImageStore(ImageFolder(root))
      let (written, saved) = (
        try TrainedEncoder(contentsOf: "\(run)/encoder.safetensors"),
        try TrainedEncoder(contentsOf: "\(run)/checkpoint.safetensors")
      )
      #expect(written.preferred == .components)
      let features = try written.features(of: store)
      #expect(features.dimension == 23 && features.count == 24)
      #expect(try saved.features(of: store).vectors == features.vectors)
      for column in 0..<23 {
        let values = (0..<24).map { Double(features.vectors[$0 * 23 + column]) }
        let spread = values.map(abs).reduce(0, +) / 24
        #expect(abs(values.reduce(0, +) / 24) < 1e-3 * max(spread, 1e-3))
      }
    }
  }
}
