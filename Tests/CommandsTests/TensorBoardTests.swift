import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

/// What TensorBoard reads, through the real binary; tools/interop/check reads it with TensorBoard itself.
@Suite struct TensorBoardTests {
  private func count(_ text: String, in path: String) throws -> Int {
    let bytes = try readFile(path)
    return bytes.indices.count { bytes[$0...].starts(with: text.utf8) }
  }

  @Test func `a training writes every step and epoch, and a resumed one goes on in another file`() throws {
    try withScratchFolder { scratch in
      let (root, run, events) = ("\(scratch)/in", "\(scratch)/run", "\(scratch)/events")
      try copyImages(to: root, each: 8)
      let words = ["train", root, "-o", run]
      let options = [
        "--method", "simsiam", "--preset", "tiny", "--size", "16", "--batch", "12", "--no-report",
      ]
      let begun = try siam(words + options + ["--epochs", "2", "--tensorboard", events])
      #expect(begun.code == 0, "\(begun.errors)")
      let first = try #require(names(in: events).first)
      #expect(try count("step/loss", in: "\(events)/\(first)") == 4)
      #expect(try count("epoch/loss", in: "\(events)/\(first)") == 2)
      #expect(try count("epoch/raw_knn", in: "\(events)/\(first)") == 1)
      // The folder is kept with the run.
      let resumed = try siam(words + ["--resume", "--epochs", "3"])
      #expect(resumed.code == 0 && names(in: events).count == 2, "\(resumed.errors)")
      let second = try #require(names(in: events).last)
      #expect(try count("step/loss", in: "\(events)/\(second)") == 2)

      let other =
        ["train", root, "-o", "\(scratch)/other"] + options + ["--epochs", "1", "--tensorboard", events]
      let refused = try siam(other)
      #expect(refused.code == 73 && refused.errors.contains("already holds event files"), "\(refused.errors)")
      #expect(names(in: scratch) == ["events", "in", "run"])
      #expect(try siam(other + ["--overwrite"]).code == 0 && names(in: events).count == 1)
    }
  }

  @Test func `features go to the projector with labels, also without other files`() throws {
    try withScratchFolder { scratch in
      let (root, run, out) = ("\(scratch)/in", "\(scratch)/run", "\(scratch)/a/projector")
      try copyImages(to: root, each: 4)
      #expect(try siam(["train", root, "-o", run] + PatchTrainingTests.small).code == 0)
      let words = ["export", run, root, "--projector", out]
      let ended = try siam(words + ["--pca", "3"])
      #expect(ended.code == 0 && ended.output.contains("12 x 3"), "\(ended.errors)")
      #expect(names(in: out) == ["metadata.tsv", "projector_config.pbtxt", "sprite.png", "vectors.tsv"])
      let lines = String(decoding: try readFile("\(out)/vectors.tsv"), as: UTF8.self).split(separator: "\n")
      #expect(lines.count == 12 && lines.allSatisfy { $0.split(separator: "\t").count == 3 })
      #expect(try siam(words).code == 73)
      #expect(try siam(words + ["--overwrite"]).code == 0)
      let inside = try siam(["export", run, root, "--projector", "\(root)/bag"])
      #expect(
        inside.code == 73 && inside.errors.contains("would become one of the pictures"), "\(inside.errors)")
      let rootless = try siam(["export", run, "--projector", out])
      #expect(rootless.code == 64 && rootless.errors.contains("ROOT is required"), "\(rootless.errors)")

      // Pictures without a label have an empty one.
      let first = try #require(names(in: "\(root)/bag").first)
      try writeFile("\(scratch)/labels.csv", "bag/\(first),Tasche\n")
      let labelled = try siam(
        ["export", run, root, "-o", "\(scratch)/f.npy", "--labels", "\(scratch)/labels.csv"])
      #expect(labelled.code == 0, "\(labelled.errors)")
      let labels = String(decoding: try readFile("\(scratch)/f.labels.txt"), as: UTF8.self)
      #expect(labels == "Tasche\n" + String(repeating: "\n", count: 11))
    }
  }
}
