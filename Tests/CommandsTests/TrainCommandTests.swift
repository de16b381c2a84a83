import Foundation
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

/// A training through the real binary.
@Suite struct TrainCommandTests {
  /// The options of a training of a second or less.
  static let small = [
    "--preset", "tiny", "--width", "4", "--size", "16", "--dimension", "16", "--batch", "8",
    "--no-report",
  ]

  private func files(_ folder: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in names(in: folder) { files[name] = try readFile("\(folder)/\(name)") }
    return files
  }

  @Test func `a run has its files, a line an epoch, and the table at the end`() throws {
    try withScratchFolder { scratch in
      let (root, test, run) = ("\(scratch)/in", "\(scratch)/test", "\(scratch)/run")
      try copyImages(to: root, each: 8)
      try copyImages(to: test, classes: ["bag", "coat"], after: 8, each: 5)
      let words = [
        "train", root, "-o", run, "--test", test, "--epochs", "2", "--knn-every", "1", "--seed", "7",
      ]
      let ended = try siam(words + Self.small)
      #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
      #expect(
        names(in: run) == [
          "checkpoint.safetensors", "config.json", "encoder.safetensors", "metrics.jsonl", "pictures.txt",
        ])
      let lines = ended.output.split(separator: "\n").map(String.init)
      #expect(lines[0] == "\(root): 24 pictures in 3 classes")
      #expect(lines.filter { $0.hasPrefix("epoch ") }.count == 2)
      #expect(lines.filter { $0.hasPrefix("before the training: raw pixels ") }.count == 1)
      let table = try #require(lines.firstIndex { $0.hasPrefix("features ") })
      #expect(
        lines[(table + 1)...].prefix(10).map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
          == [
            "raw pixels", "pixel PCA", "HOG 32x32", "untrained PCA", "untrained average", "untrained map",
            "trained PCA", "trained average", "trained map",
            "verdict (k",
          ])
      #expect(lines.contains("queries: the 10 pictures of \(test)"))
      #expect(!ended.output.contains("\u{1B}"))

      let epochs = try RunFolder(run).epochs()
      #expect(epochs.map(\.epoch) == [0, 1, 2] && epochs.map(\.step) == [0, 3, 6])
      #expect(epochs[0].rawKnn != nil && epochs[0].loss == nil)
      for epoch in epochs[1...] {
        let measured = [
          epoch.loss, epoch.rate, epoch.std, epoch.rank, epoch.centre, epoch.imagesPerSecond, epoch.seconds,
          epoch.cpuSeconds, epoch.waiting, epoch.knn?.low, epoch.knn?.high,
        ]
        #expect(measured.allSatisfy { $0?.isFinite == true }, "\(epoch)")
      }
      let record = try RunFolder(run).record()
      #expect(record.command == words + Self.small && record.configuration.seed == 7)
      #expect(record.images.count == 24 && record.images.classes == ["bag", "coat", "trouser"])
      #expect(record.configuration.encoder.width == 4 && record.configuration.hidden == 4)
      #expect(
        record.configuration.recipe.description.hasPrefix("crop(0.3,1)") && record.kernels == kernelVariant)
    }
  }

  @Test(
    "interrupted and resumed it ends with the bytes of a run that never stopped, on one thread or two",
    arguments: [SIGINT, SIGTERM])
  func resume(signal: Int32) throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 16)
      let words = [
        "--preset", "small", "--size", "28", "--batch", "16", "--epochs", "8", "--knn-every", "4",
        "--no-report",
      ]
      let (whole, broken) = ("\(scratch)/whole", "\(scratch)/broken")
      #expect(try siam(["train", root, "-o", whole, "--threads", "2"] + words).code == 0)
      let stopped = try siam(
        ["train", root, "-o", broken, "--threads", "1"] + words,
        signal: (signal, { ((try? RunFolder(broken).epochs()) ?? []).contains { $0.epoch == 1 } }))
      #expect(stopped.code == 128 + signal)
      let summary = try CheckpointSummary(contentsOf: "\(broken)/checkpoint.safetensors")
      #expect(summary.step >= 3 && summary.step < 24)
      #expect(stopped.errors.contains("after step \(summary.step) of 24"))
      #expect(stopped.errors.contains("to resume: siam train \(root) -o \(broken) --resume"))
      #expect(stopped.errors.filter { $0 == "\n" }.count == 1)

      for (words, part) in [
        (["--epochs", "0"], "--epochs must be"), (["--lr", "0.5"], "--lr 0.5"),
        (["--recipe", "cifar"], "--recipe"), (["--no-norm"], "--no-norm"), (["--turn"], "other options"),
        (["--no-identity-start"], "--no-identity-start: the run to resume began otherwise"),
        (["--overwrite"], "exclude each other"),
      ] {
        let refused = try siam(["train", root, "-o", broken, "--resume"] + words)
        #expect(refused.code == 64 && refused.errors.contains(part), "\(refused.errors)")
      }
      let same = ["--epochs", "8", "--size", "28", "--identity-start"]
      let resumed = try siam(["train", root, "-o", broken, "--resume", "--threads", "2"] + same)
      #expect(resumed.code == 0 && resumed.output.contains("resuming after step \(summary.step) of 24"))
      for name in ["checkpoint.safetensors", "encoder.safetensors"] {
        #expect(try readFile("\(broken)/\(name)") == readFile("\(whole)/\(name)"), "\(name)")
      }
      let (a, b) = (try RunFolder(whole).epochs(), try RunFolder(broken).epochs())
      #expect(
        b.map(\.epoch) == Array(0...8) && a.map(\.loss) == b.map(\.loss) && a.map(\.knn) == b.map(\.knn))
      #expect(try RunFolder(broken).record().resumed == [summary.step])

      let again = try siam(["train", root, "-o", broken, "--resume"])
      #expect(again.code == 0 && again.output == "\(broken): already finished, after 8 epochs\n")
    }
  }

  @Test func `other pictures, a damaged checkpoint or no run cannot be resumed`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 16)
      let missing = try siam(["train", root, "-o", run, "--resume"])
      #expect(
        missing.code == 64 && missing.errors == "siam train: \(run): no run to resume; see siam help train\n")
      let stopped = try siam(
        ["train", root, "-o", run, "--preset", "small", "--batch", "16", "--epochs", "50"],
        signal: (SIGINT, { (try? fileExists("\(run)/checkpoint.safetensors")) == true }))
      #expect(stopped.code == 130)
      let before = try files(run)
      try copyImages(to: "\(scratch)/other", each: 15)
      let other = try siam(["train", "\(scratch)/other", "-o", run, "--resume"])
      #expect(
        other.code == 64 && other.errors.contains("the pictures differ from those that the run began with"))
      #expect(try files(run) == before)
      var damaged = try readFile("\(run)/checkpoint.safetensors")
      damaged[damaged.count / 2] ^= 4
      try writeFile("\(run)/checkpoint.safetensors", damaged)
      let refused = try siam(["train", root, "-o", run, "--resume"])
      #expect(refused.code == 65 && refused.errors.contains("checksum"))
      try removeFile("\(run)/checkpoint.safetensors")
      try appendToFile("\(run)/metrics.jsonl", "{}\n")
      #expect(try siam(["train", root, "-o", run, "--resume"]).code == 66)
      try writeFile("\(run)/config.json", "{}")
      let config = try siam(["train", root, "-o", run, "--resume"])
      #expect(config.code == 65 && config.errors.contains("config.json"))
    }
  }

  @Test func `a start killed before its first checkpoint, or between its last two files, is made good`()
    throws
  {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 8)
      let words = ["train", root, "-o", run, "--epochs", "2"] + Self.small
      #expect(try siam(words).code == 0)
      let whole = try files(run)
      // The encoder of an earlier save beside the last checkpoint.
      try writeFile("\(run)/encoder.safetensors", "earlier")
      #expect(try siam(["train", root, "-o", run, "--resume"]).code == 0)
      #expect(try files(run) == whole)
      for name in ["checkpoint.safetensors", "encoder.safetensors", "metrics.jsonl"] {
        try removeFile("\(run)/\(name)")
      }
      for name in [".siam.lock", ".siam-1-1.tmp"] { try writeFile("\(run)/\(name)", "1\n") }
      let again = try siam(["train", root, "-o", run, "--resume"])
      #expect(again.code == 0 && again.output.contains("resuming after step 0 of 6"), "\(again.errors)")
      #expect(names(in: run) == whole.keys.sorted())
      #expect(try readFile("\(run)/checkpoint.safetensors") == whole["checkpoint.safetensors"])
    }
  }

  @Test func `a run that is being trained is refused to others`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 4)
      let words = ["train", root, "-o", run, "--epochs", "1"] + Self.small
      #expect(try siam(words).code == 0)
      let claim = try RunFolder(run).claim()
      for option in ["--resume", "--overwrite"] {
        let refused = try siam(words + [option])
        #expect(refused.code == 73 && refused.errors.contains("another training is using it (process "))
      }
      _ = consume claim
      #expect(try siam(words + ["--overwrite"]).code == 0)
    }
  }

  @Test func `what stands in the run folder is never lost by mistake`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 4)
      let words = ["train", root, "-o", run, "--epochs", "1"] + Self.small
      #expect(try siam(words).code == 0)
      try writeFile("\(run)/mine.txt", "mine")
      let before = try files(run)
      let refused = try siam(words + ["--seed", "1"])
      #expect(
        refused.code == 73 && refused.output.isEmpty
          && refused.errors.contains("--resume continues it, --overwrite replaces it"))
      #expect(try files(run) == before)
      #expect(try siam(words + ["--seed", "1", "--overwrite"]).code == 0)
      let after = try files(run)
      #expect(Set(after.keys) == Set(before.keys) && after["mine.txt"] == before["mine.txt"])
      #expect(after["encoder.safetensors"] != before["encoder.safetensors"])

      let kept = "\(scratch)/kept"
      try makeFolder(kept)
      try writeFile("\(kept)/mine.txt", "mine")
      for words in [[], ["--overwrite"]] {
        let other = try siam(["train", root, "-o", kept, "--epochs", "1"] + Self.small + words)
        #expect(other.code == 73 && other.errors.contains("something other than a run"))
      }
      #expect(try siam(["train", root, "-o", "\(kept)/mine.txt"]).code == 73)
      #expect(names(in: kept) == ["mine.txt"])
    }
  }

  @Test func `bad pictures are skipped and listed, end a strict run, and too many end any`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 8)
      try writeFile("\(root)/coat/00000.png", "no picture")
      let words = ["train", root, "-o", run, "--epochs", "1"] + Self.small
      let ended = try siam(words)
      #expect(ended.code == 0)
      #expect(ended.errors.hasPrefix("\(root): skipped 1 bad picture\n  coat/00000.png: "))
      #expect(
        ended.output.contains("\(root): 24 pictures in 3 classes; the bad ones are listed in \(run)/skip"))
      let skipped = String(decoding: try readFile("\(run)/skipped.txt"), as: UTF8.self)
      #expect(skipped.hasPrefix("coat/00000.png: ") && skipped.filter { $0 == "\n" }.count == 1)
      #expect(try RunFolder(run).record().images.bad == 1)
      let strict = try siam(["train", root, "-o", "\(scratch)/a", "--strict"] + Self.small)
      #expect(strict.code == 65 && strict.errors.hasPrefix("siam train: coat/00000.png: "))
      for name in ["1", "2", "3"] { try writeFile("\(root)/bag/\(name).png", "no picture") }
      let many = try siam(["train", root, "-o", "\(scratch)/a"] + Self.small)
      #expect(many.code == 65 && many.errors.contains("4 of 28 pictures cannot be used"))
      #expect(try !fileExists("\(scratch)/a"))
    }
  }

  @Test func `one class or none trains all the same, without k-NN, and says so`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/one", classes: ["bag"], each: 12)
      try copyImages(to: "\(scratch)/flat", classes: [], each: 12)
      for (name, said) in [("one", "one class only"), ("flat", "no class folders")] {
        let run = "\(scratch)/run-\(name)"
        let ended = try siam(["train", "\(scratch)/\(name)", "-o", run, "--epochs", "2"] + Self.small)
        #expect(ended.code == 0 && ended.errors.isEmpty)
        #expect(ended.output.contains("\(said): training goes without k-NN\n"))
        #expect(!ended.output.contains("knn") && !ended.output.contains("features   "))
        #expect(try RunFolder(run).epochs().map(\.knn) == [nil, nil, nil])
        // Judged by view retrieval in its place, before, while and after it learns.
        let lines = ended.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
          lines.contains(
            "view retrieval: how often a random view of a picture has its own as the nearest of 12"))
        #expect(lines.contains { $0.hasPrefix("before the training: raw pixels ") })
        #expect(lines.contains { $0.hasPrefix("epoch 2/2: ") && $0.contains(", retrieval ") })
        #expect(try RunFolder(run).epochs().map { $0.retrieval != nil } == [true, false, true])
        let table = try #require(lines.firstIndex { $0.hasPrefix("view retrieval by ") })
        let eval = try siam(["eval", run, "--train", "\(scratch)/\(name)"])
        #expect(eval.code == 0 && eval.output.hasSuffix(lines[table...].joined(separator: "\n")))
      }
    }
  }

  @Test func `a batch larger than the folder is cut, and one picture is too few`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, classes: [], each: 2)
      let words = ["--preset", "tiny", "--width", "4", "--epochs", "1"]
      let ended = try siam(["train", root, "-o", "\(scratch)/run"] + words)
      #expect(ended.code == 0 && ended.output.contains("the batch is cut to the 2 pictures"))
      #expect(try RunFolder("\(scratch)/run").record().configuration.batch == 2)
      try removeFile("\(root)/\(names(in: root)[0])")
      let few = try siam(["train", root, "-o", "\(scratch)/b"] + words)
      #expect(few.code == 64 && few.errors.contains("1 usable picture; training needs two or more"))
    }
  }

  @Test func `a divergence ends the run with exit 65 and the last checkpoint`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 8)
      let ended = try siam(
        ["train", root, "-o", run, "--epochs", "200", "--lr", "1000", "--weight-decay", "1"] + Self.small)
      #expect(ended.code == 65, "\(ended.output)")
      #expect(ended.errors.contains("is NaN or infinite") && ended.errors.contains("the last checkpoint is"))
      #expect(try CheckpointSummary(contentsOf: "\(run)/checkpoint.safetensors").step == 0)
      _ = try TrainedEncoder(contentsOf: "\(run)/encoder.safetensors")
    }
  }

  @Test func `a collapse is said once and recorded, and the training goes on`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 8)
      // Weights that are all zero give all images one output.
      let ended = try siam(["train", root, "-o", run, "--epochs", "20", "--init", "zero"] + Self.small)
      #expect(ended.code == 0)
      #expect(ended.errors.hasPrefix("collapse (total): ") && ended.errors.filter { $0 == "\n" }.count == 1)
      #expect(try RunFolder(run).epochs().compactMap(\.collapse) == ["total"])
      #expect(try RunFolder(run).epochs().count == 21)
    }
  }

  @Test(
    "wrong use is one line, exit 64, and makes nothing",
    arguments: [
      (["--preset", "large"], "one of tiny, small, resnet18"), (["--epoch", "3"], "the nearest is --epochs"),
      (["--warmup", "5", "--epochs", "5"], "--warmup must be less than --epochs, 5"),
      (["--recipe", "crop(2)"], "--recipe"), (["--projector-layers", "9"], "--projector-layers"),
      (["--test", "missing"], "missing: no such folder"), (["--batch", "1"], "--batch"),
      (
        ["--identity-start", "--no-identity-start"],
        "--identity-start and --no-identity-start exclude each other"
      ),
    ])
  func usage(words: [String], part: String) throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 2)
      let ended = try siam(["train", "\(scratch)/in", "-o", "\(scratch)/run"] + words)
      #expect(ended.code == 64 && ended.output.isEmpty && ended.errors.contains(part), "\(ended.errors)")
      #expect(try ended.errors.filter { $0 == "\n" }.count == 1 && !fileExists("\(scratch)/run"))
    }
  }

  @Test(
    "a name is one word to a shell",
    arguments: [
      ("runs/a-1.b", "runs/a-1.b"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("-x", "./'-x'"), ("", "''"),
    ])
  func shellWords(name: String, word: String) {
    #expect(shellWord(name) == word)
  }
}
