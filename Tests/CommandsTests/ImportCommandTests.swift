import SiamAugmentations
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct ImportCommandTests {
  @Test(
    "a wrong use is one line",
    arguments: [
      (["import"], "FILE is required"),
      (["import", "w.safetensors"], "-o FILE is required"),
      (["import", "w.safetensors", "-o", "e", "--as", "resnet19"], "--as must be one of resnet18"),
      (["import", "w.safetensors", "-o", "e", "--mean", "1,2"], "three numbers with commas between them"),
      (["import", "w.safetensors", "-o", "e", "--std", "1,0,1"], "--std must be three numbers above 0"),
      (["import", "w.safetensors", "-o", "e", "--filter", "cubic"], "bilinear, bicubic"),
      (["import", "w.safetensors", "-o", "e", "--resize", "200"], "less than the square of 224"),
      (
        ["import", "w.safetensors", "-o", "e", "--size", "300", "--resize", "256"],
        "less than the square of 300"
      ),
    ])
  func refused(words: [String], message: String) throws {
    let ended = try siam(words)
    #expect(ended.code == 64 && ended.errors.contains(message), "\(ended)")
    #expect(ended.errors.split(separator: "\n").count == 1)
  }

  @Test func `a file of another network is refused, and nothing is written`() throws {
    try withScratchFolder { scratch in
      let (path, output) = ("\(scratch)/weights.safetensors", "\(scratch)/encoder.safetensors")
      var file = Safetensors()
      file.add("visual.patch\u{1B}", [2], [Float(1), 2])
      try file.write(to: path)
      let ended = try siam(["import", path, "-o", output])
      #expect(
        ended.code == 64 && ended.errors.contains(#"its first array is visual.patch\u{1b}"#), "\(ended)")
      #expect(try !fileExists(output))
      let missing = try siam(["import", "\(scratch)/none", "-o", output])
      #expect(missing.code == 66 && missing.errors.split(separator: "\n").count == 1)
    }
  }

  /// A small encoder as if it had been imported.
  private func withImported(_ body: (_ scratch: String, _ encoder: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 6)
      var configuration = TrainingConfiguration()
      configuration.encoder = EncoderConfiguration(preset: .tiny, width: 4, size: 16)
      configuration.framing = Framing(shorterSide: 18, interpolation: .bicubic)
      configuration.imported = "resnet18"
      let path = "\(scratch)/encoder.safetensors"
      try TrainedEncoder(
        NetworkEncoder(untrained: configuration, normalization: configuration.recipe.normalization)
      ).write(to: path)
      try body(scratch, path)
    }
  }

  @Test func `tables and pages call it imported, beside what was trained from it`() throws {
    try withImported { scratch, encoder in
      let judged = try siam(["eval", encoder, "--train", "\(scratch)/in"])
      #expect(judged.code == 0 && judged.output.contains("imported average"), "\(judged)")
      let page = "\(scratch)/page.html"
      let without = try siam(["report", encoder, "-o", page])
      #expect(without.code == 64 && without.errors.contains("--train ROOT is required"), "\(without)")
      let written = try siam(["report", encoder, "-o", page, "--train", "\(scratch)/in"])
      #expect(written.code == 0, "\(written.errors)")
      let text = String(decoding: try readFile(page), as: UTF8.self)
      #expect(text.contains("imported, resnet18") && text.contains("the shorter side to 18 (bicubic)"))
      #expect(text.contains("imported encoder, average") && !text.contains("Not finished"))
      #expect(!text.contains("the training saw them without classes"))

      let run = "\(scratch)/run"
      let words = ["--method", "simclr", "--batch", "8", "--dimension", "16", "--epochs", "1", "--no-report"]
      let trained = try siam(["train", "\(scratch)/in", "-o", run, "--from", encoder] + words)
      #expect(trained.code == 0, "\(trained.errors)")
      let both = try siam(["eval", run, "--train", "\(scratch)/in"]).output
      let rows = ["raw pixels", "untrained average", "imported average", "trained average"]
      let places = rows.compactMap { both.firstRange(of: "\n" + $0)?.lowerBound }
      #expect(places.count == 4 && places == places.sorted(), "\(both)")
    }
  }
}
