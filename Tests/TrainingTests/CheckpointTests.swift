import Glibc
import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite struct CheckpointTests {
  /// A checkpoint and an encoder of a training two steps old.
  private func withFiles(_ body: (Trainer, _ checkpoint: String, _ encoder: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      try withSmallStore { store in
        var configuration = smallConfiguration()
        (configuration.encoder.width, configuration.dimension, configuration.hidden) = (1, 2, 1)
        var trainer = try smallTrainer(store, configuration)
        for _ in 0..<2 { _ = try trainer.advance() }
        let (checkpoint, encoder) = ("\(scratch)/c.safetensors", "\(scratch)/e.safetensors")
        try trainer.save(to: checkpoint)
        try TrainedEncoder(trainer).write(to: encoder)
        try body(trainer, checkpoint, encoder)
      }
    }
  }

  /// Places all over a file: every byte of its beginning and end, and one of each stretch between.
  private func places(_ count: Int) -> [Int] {
    let between = stride(from: 40, to: count - 10, by: max(1, count / 150))
    return Array(0..<40) + Array(between) + Array(count - 10..<count)
  }

  @Test func `a file cut anywhere, or with any byte changed, is a typed error`() throws {
    try withFiles { trainer, checkpoint, encoder in
      for path in [checkpoint, encoder] {
        let whole = try readFile(path)
        func isRefused(_ bytes: [UInt8]) throws -> Bool {
          try writeFile(path, bytes)
          var copy = trainer
          let results = [
            Result { () throws(CheckpointError) in _ = try TrainedEncoder(contentsOf: path) },
            Result { () throws(CheckpointError) in _ = try CheckpointSummary(contentsOf: path) },
            Result { () throws(CheckpointError) in try copy.restore(from: path) },
          ]
          return results.allSatisfy { if case .failure = $0 { true } else { false } }
        }
        for place in places(whole.count) {
          #expect(try isRefused(Array(whole.prefix(place))), "cut at \(place)")
          var changed = whole
          changed[place] ^= UInt8(1 << (place % 8))
          #expect(try isRefused(changed), "changed at \(place)")
        }
        #expect(try isRefused(whole + [0]))
      }
    }
  }

  @Test func `another configuration, other pictures, another file: refused, and nothing has changed`() throws
  {
    try withFiles { trainer, checkpoint, encoder in
      var other = trainer.configuration
      other.weightDecay = 0.25
      var changed = try smallTrainer(trainer.loader.store, other)
      let before = changed.parameters.values.values
      #expect(
        throws: CheckpointError.malformed(
          path: checkpoint, reason: "a checkpoint with a different configuration")
      ) { try changed.restore(from: checkpoint) }
      try withSmallStore(each: 6) { fewer in
        var trainer = try smallTrainer(fewer, trainer.configuration)
        #expect(throws: CheckpointError.otherImages(path: checkpoint)) {
          try trainer.restore(from: checkpoint)
        }
      }
      #expect(throws: CheckpointError.self) { try changed.restore(from: encoder) }
      #expect(throws: CheckpointError.self) { try changed.restore(from: encoder + ".missing") }
      #expect(changed.parameters.values.values == before && changed.step == 0)
      #expect(throws: CheckpointError.self) { try CheckpointSummary(contentsOf: encoder) }
    }
  }

  @Test func `arrays of another shape than the configuration's are named`() throws {
    try withFiles { trainer, checkpoint, encoder in
      let file = try Safetensors(contentsOf: encoder)
      var wide = trainer.configuration
      wide.encoder.width = 2
      var relabelled = Safetensors(metadata: file.metadata)
      relabelled.metadata["configuration"] = wide.json
      var bare = Safetensors(metadata: file.metadata)
      for entry in file.tensors {
        guard let values = file[entry.name] else { continue }
        relabelled.add(entry.name, entry.shape, values)
        if entry.name != file.tensors.last?.name { bare.add(entry.name, entry.shape, values) }
      }
      try relabelled.write(to: encoder)
      let error = #expect(throws: CheckpointError.self) { try TrainedEncoder(contentsOf: encoder) }
      guard case .file(.mismatch) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      try bare.write(to: encoder)
      let missing = #expect(throws: CheckpointError.self) { try TrainedEncoder(contentsOf: encoder) }
      guard case .file(.missing) = missing else {
        Issue.record("\(String(describing: missing))")
        return
      }
    }
  }

  @Test func `a small file that asks for a network of gigabytes is refused before any is made`() async {
    await #expect(processExitsWith: .success) {
      func peak() -> Int {
        var usage = rusage()
        unsafe getrusage(numericCast(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss
      }
      let before = peak()
      try withScratchFolder { scratch in
        var configuration = TrainingConfiguration()
        configuration.encoder = EncoderConfiguration(preset: .resnet18, width: 256, size: 1024)
        for format in ["siam encoder 1", "siam checkpoint 1"] {
          let file = Safetensors(metadata: [
            "format": format, "configuration": configuration.json, "step": "0", "steps": "1", "loss_sum": "0",
            "pictures": "",
          ])
          let path = "\(scratch)/file.safetensors"
          try file.write(to: path)
          guard
            case .failure(.file(.missing)) = Result(catching: { () throws(CheckpointError) in
              _ = try TrainedEncoder(contentsOf: path)
            })
          else { exit(3) }
          if format == "siam checkpoint 1" {
            guard
              case .failure(.file(.missing)) = Result(catching: { () throws(CheckpointError) in
                _ = try CheckpointSummary(contentsOf: path)
              })
            else { exit(4) }
          }
        }
      }
      guard peak() - before < 100_000 else { exit(5) }  // in kilobytes; the encoder alone would be 700 MB
    }
  }

  @Test func `a configuration survives its text, and impossible ones are refused`() throws {
    var configuration = smallConfiguration()
    (configuration.baseRate, configuration.initializer, configuration.seed) = (0.3, .orthogonal, .max)
    #expect(try TrainingConfiguration(json: configuration.json, path: "a") == configuration)
    for (key, value) in [("epochs", "0"), ("width", "100000"), ("batch", "1"), ("momentum", "-1")] {
      let broken = configuration.json.split(separator: "\n").map { line in
        line.contains("\"\(key)\"")
          ? "\"\(key)\" : \(value)" + (line.hasSuffix(",") ? "," : "") : String(line)
      }.joined(separator: "\n")
      #expect(throws: CheckpointError.self, "\(key)") { try TrainingConfiguration(json: broken, path: "a") }
    }
    for text in ["", "{}", "[1", "{\"epochs\": \"many\"}"] {
      #expect(throws: CheckpointError.self) { try TrainingConfiguration(json: text, path: "a") }
    }
  }
}
