import Glibc
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

/// `--from`: a training begins with the network of another. `--keep-every`: encoders on the way.
@Suite struct BeginningTests {
  private static let network = ["--method", "simclr"] + TrainCommandTests.small

  private func network(_ path: String) throws -> Parameters {
    try TrainedEncoder(contentsOf: path).network(path: path).parameters
  }

  private func values(_ path: String) throws -> [Float] { try network(path).values.values }

  /// A run on thirty pictures, and a folder of others.
  private func withRun(_ body: (_ scratch: String, _ run: String, _ others: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 10)
      try copyImages(to: "\(scratch)/others", after: 10, each: 8)
      let words = ["train", "\(scratch)/in", "-o", "\(scratch)/run", "--epochs", "2"]
      try #require(try siam(words + Self.network).code == 0)
      try body(scratch, "\(scratch)/run", "\(scratch)/others")
    }
  }

  @Test func `weights go in, heads are drawn anew, and everything of it is recorded`() throws {
    try withRun { scratch, run, others in
      let new = "\(scratch)/new"
      // A rate of 0 leaves what it began with, for every method; architecture follows the encoder.
      let words = [
        "--batch", "8", "--size", "16", "--dimension", "16", "--no-report", "--epochs", "1", "--lr", "0",
      ]
      for (method, from) in [("simclr", run), ("byol", "\(run)/encoder.safetensors")] {
        let ended = try siam(
          ["train", others, "-o", new, "--overwrite", "--from", from, "--method", method] + words)
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(ended.output.contains("begins with the network of \(from): simclr, 2 epochs"))
        #expect(try values("\(new)/encoder.safetensors") == values("\(run)/encoder.safetensors"))
        let record = try RunFolder(new).record()
        #expect(record.from?.path == from && record.from?.method == "simclr" && record.from?.epochs == 2)
        #expect(record.configuration.encoder.width == 4 && record.configuration.encoder.preset == .tiny)
      }
      let plain = try siam(
        ["train", others, "-o", new, "--overwrite", "--method", "simclr", "--preset", "tiny", "--width", "4"]
          + words)
      #expect(plain.code == 0)
      #expect(try values("\(new)/encoder.safetensors") != values("\(run)/encoder.safetensors"))
      #expect(try RunFolder(new).record().from == nil && !fileExists(RunFolder(new).beginning))
    }
  }

  @Test func `an imported encoder gives its size, normalisation and framing`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 6)
      var configuration = TrainingConfiguration()
      configuration.encoder = EncoderConfiguration(preset: .tiny, width: 4, size: 24)
      configuration.recipe.normalization = Normalization(
        mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25])
      configuration.framing = Framing(shorterSide: 27, interpolation: .bicubic)
      configuration.imported = "resnet18"
      let (path, run) = ("\(scratch)/encoder.safetensors", "\(scratch)/run")
      try TrainedEncoder(
        NetworkEncoder(untrained: configuration, normalization: configuration.recipe.normalization)
      ).write(to: path)
      let words = [
        "--method", "simclr", "--batch", "8", "--dimension", "16", "--no-report", "--epochs", "1", "--lr",
        "0",
      ]
      let ended = try siam(["train", "\(scratch)/in", "-o", run, "--from", path] + words)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output.contains("begins with the network of \(path): imported; projector"))
      let found = try RunFolder(run).record().configuration
      #expect(found.encoder.size == 24 && found.framing == configuration.framing && found.imported == nil)
      #expect(found.recipe.normalization == configuration.recipe.normalization)
      #expect(try values("\(run)/encoder.safetensors") == values(path))
      #expect(found.encoder.hasFrozenStatistics && found.encoderRate == 0)
      let usual = ["train", "\(scratch)/in", "-o", "\(scratch)/usual", "--from", path] + words.dropLast(2)
      #expect(try siam(usual).code == 0)
      let rates = try RunFolder("\(scratch)/usual").record().configuration
      #expect((rates.baseRate, rates.encoderBaseRate) == (0.4, 0.0003))
      let (before, after) = (try network(path), try network("\(scratch)/usual/encoder.safetensors"))
      #expect(before.values.values != after.values.values)
      #expect(before.statistics.values == after.statistics.values)
      #expect(try siam(usual + ["--overwrite", "--free-statistics", "--encoder-lr", "0"]).code == 0)
      let free = try network("\(scratch)/usual/encoder.safetensors")
      #expect(before.values.values == free.values.values)
      #expect(before.statistics.values != free.statistics.values)
      let large = try siam(
        ["train", "\(scratch)/in", "-o", run, "--overwrite", "--from", path, "--size", "32"] + words)
      #expect(large.code == 0, "\(large.errors)")
      #expect(try RunFolder(run).record().configuration.framing?.shorterSide == 36)
    }
  }

  @Test func `a network whose first layer depends on the size of the views keeps to it`() {
    let large = EncoderConfiguration(preset: .resnet18, width: 4, size: 72)
    let small = EncoderConfiguration(preset: .resnet18, width: 4, size: 32)
    #expect(small.refusal(toBeginWith: large)?.hasSuffix("give --size 72") == true)
    #expect(EncoderConfiguration(preset: .resnet18, width: 4, size: 96).refusal(toBeginWith: large) == nil)
  }

  @Test func `blocks that would begin as the identity take the weights of others`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 6)
      var configuration = TrainingConfiguration()
      configuration.encoder = EncoderConfiguration(preset: .small, width: 2, size: 16)
      let (path, run) = ("\(scratch)/encoder.safetensors", "\(scratch)/run")
      try TrainedEncoder(NetworkEncoder(untrained: configuration, normalization: .grey)).write(to: path)
      let words = [
        "--method", "simclr", "--batch", "8", "--dimension", "16", "--size", "16", "--no-report", "--epochs",
        "1",
        "--lr", "0",
      ]
      let ended = try siam(["train", "\(scratch)/in", "-o", run, "--from", path] + words)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(try values("\(run)/encoder.safetensors") == values(path))
    }
  }

  @Test
  func `stopped and resumed, without the first encoder, it ends with the bytes of a run that never stopped`()
    throws
  {
    try withRun { scratch, run, others in
      let words = ["--from", run, "--epochs", "6", "--save-every", "0"] + Self.network
      let (whole, broken) = ("\(scratch)/whole", "\(scratch)/broken")
      #expect(try siam(["train", others, "-o", whole] + words).code == 0)
      let stopped = try siam(
        ["train", others, "-o", broken] + words,
        signal: (SIGINT, { ((try? RunFolder(broken).epochs()) ?? []).contains { $0.epoch == 1 } }))
      #expect(stopped.code == 130)
      try removeFile("\(run)/encoder.safetensors")
      let other = try siam(["train", others, "-o", broken, "--resume", "--from", whole])
      #expect(other.code == 64 && other.errors.contains("the run to resume began with \(run)"), "\(other)")
      #expect(try siam(["train", others, "-o", broken, "--resume", "--from", run]).code == 0)
      #expect(try readFile("\(broken)/encoder.safetensors") == readFile("\(whole)/encoder.safetensors"))
      // Killed before the first checkpoint.
      for name in ["checkpoint.safetensors", "metrics.jsonl", "encoder.safetensors"] {
        try removeFile("\(broken)/\(name)")
      }
      #expect(try siam(["train", others, "-o", broken, "--resume"]).code == 0)
      #expect(try readFile("\(broken)/encoder.safetensors") == readFile("\(whole)/encoder.safetensors"))
    }
  }

  @Test
  func `beside patch features the network begins with that of either kind of run; patches alone have none`()
    throws
  {
    try withRun { scratch, run, others in
      let patches = [
        "--square", "16", "--atoms", "32", "--rank", "16", "--embedding", "16", "--components", "8",
        "--no-report",
      ]
      let beside = ["--method", "patches+simclr", "--epochs", "1", "--lr", "0", "--batch", "8"] + patches
      let (joined, second) = ("\(scratch)/joined", "\(scratch)/second")
      #expect(try siam(["train", others, "-o", joined, "--from", run] + beside).code == 0)
      #expect(try values("\(joined)/encoder.safetensors") == values("\(run)/encoder.safetensors"))
      #expect(try siam(["train", others, "-o", second, "--from", joined] + beside).code == 0)
      #expect(try values("\(second)/encoder.safetensors") == values("\(run)/encoder.safetensors"))
      let refusals: [([String], Int32, String)] = [
        (
          ["--from", "\(joined)/patches.safetensors"], 65,
          "patch features, which have no weights to begin with"
        ),
        (
          ["--from", run, "--preset", "resnet18"], 64,
          "--from: the encoder to begin with is tiny of width 4, not resnet18"
        ),
        (["--from", run, "--width", "8"], 64, "is tiny of width 4, not tiny of width 8"),
        (["--from", run, "--no-norm"], 64, "not tiny of width 4, without normalisation"),
        (["--from", run, "--method", "patches"], 64, "--from is for networks"),
        (["--from", "\(scratch)/none"], 64, "no such run"),
        (["--from", others], 66, "no encoder.safetensors"),
        (["--from", "\(run)/config.json"], 65, "config.json"),
        (["--keep-every", "2", "--method", "patches"], 64, "--keep-every is for networks"),
        (["--keep-every", "0"], 64, "--keep-every must be"),
      ]
      for (words, code, part) in refusals {
        let ended = try siam(["train", others, "-o", "\(scratch)/none"] + words)
        #expect(ended.code == code && ended.errors.contains(part), "\(ended)")
        #expect(try ended.errors.filter { $0 == "\n" }.count == 1 && !fileExists("\(scratch)/none"))
      }
    }
  }

  @Test func `encoders of epochs on the way are kept, the same after a resume, and serve like the last`()
    throws
  {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 8)
      let kept = ["--keep-every", "2", "--epochs", "5", "--save-every", "0"] + Self.network
      let (whole, broken) = ("\(scratch)/whole", "\(scratch)/broken")
      #expect(try siam(["train", "\(scratch)/in", "-o", whole] + kept).code == 0)
      func encoders(_ run: String) -> [String] { names(in: run).filter { $0.hasPrefix("encoder-epoch-") } }
      #expect(encoders(whole) == ["encoder-epoch-0002.safetensors", "encoder-epoch-0004.safetensors"])
      let stopped = try siam(
        ["train", "\(scratch)/in", "-o", broken] + kept,
        signal: (SIGINT, { ((try? RunFolder(broken).epochs()) ?? []).contains { $0.epoch == 2 } }))
      #expect(stopped.code == 130)
      #expect(try siam(["train", "\(scratch)/in", "-o", broken, "--resume"]).code == 0)
      #expect(encoders(broken) == encoders(whole))
      for name in encoders(whole) + ["encoder.safetensors", "checkpoint.safetensors"] {
        #expect(try readFile("\(broken)/\(name)") == readFile("\(whole)/\(name)"), "\(name)")
      }
      let middle = "\(whole)/encoder-epoch-0002.safetensors"
      #expect(
        try TrainedEncoder(contentsOf: middle).dimension
          == TrainedEncoder(contentsOf: "\(whole)/encoder.safetensors").dimension)
      // They are read like the run's pictures.
      let turned = try siam(
        ["train", "\(scratch)/in", "-o", "\(scratch)/turned", "--turn", "--keep-every", "1", "--epochs", "1"]
          + Self.network)
      #expect(turned.code == 0)
      try writeFile("\(scratch)/in/bag/exif6.jpg", readFile(dataPath("reference/pictures/exif6.jpg")))
      func features(_ words: [String]) throws -> [UInt8] {
        let words =
          ["\(scratch)/turned/encoder-epoch-0001.safetensors", "\(scratch)/in", "-o", "\(scratch)/t.npy"]
          + words
        #expect(try siam(["export", "--overwrite"] + words).code == 0)
        return try readFile("\(scratch)/t.npy")
      }
      #expect(try features([]) == features(["--turn"]))
      try removeFile("\(scratch)/in/bag/exif6.jpg")
      let ended = try siam(["eval", middle, "--train", "\(scratch)/in", "--k", "1"])
      #expect(ended.code == 0 && ended.output.contains("trained PCA"), "\(ended)")
      #expect(try siam(["export", middle, "\(scratch)/in", "-o", "\(scratch)/f.npy"]).code == 0)
      // The encoder at the end does not depend on what was kept, and another run takes all of it away.
      let plain = ["train", "\(scratch)/in", "-o", broken, "--overwrite", "--epochs", "5"] + Self.network
      #expect(try siam(plain).code == 0 && encoders(broken).isEmpty)
      #expect(try readFile("\(broken)/encoder.safetensors") == readFile("\(whole)/encoder.safetensors"))
    }
  }
}
