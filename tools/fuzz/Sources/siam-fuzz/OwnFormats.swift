import Glibc
import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// Checkpoints and encoders, and the safetensors format below them. Where an input has a checksum it is put right, so
/// that damage gets past it.
struct CheckpointTarget: Target {
  static let name = "checkpoint"
  private let file = MemoryFile()
  private let trainer: Trainer

  init() throws { trainer = try Self.trainer() }

  /// A training that has not begun, of the smallest network.
  private static func trainer() throws -> Trainer {
    var configuration = TrainingConfiguration()
    configuration.encoder = EncoderConfiguration(preset: .tiny, width: 1, size: 8)
    (configuration.dimension, configuration.hidden, configuration.epochs) = (2, 1, 1)
    let store = try ImageStore(try ImageFolder("data/reference/pictures"), reading: ImageReading(maximumBadShare: 1))
    return Trainer(configuration, store: store)
  }

  static func writeSeeds(to folder: String) throws {
    let trainer = try trainer()
    try trainer.save(to: folder + "/checkpoint")
    try TrainedEncoder(trainer).write(to: folder + "/encoder")
    var other = Safetensors(metadata: ["a": "\u{1F600}\n", "": ""])
    other.add("floats", [2, 1], [1 as Float, 2])
    other.add("none", [0], [] as [Double])
    other.add("bytes", [3], [1, 2, 3] as [UInt8])
    try other.write(to: folder + "/other")
  }

  func read(_ bytes: [UInt8]) {
    load(withTrueChecksum(bytes) ?? bytes)
  }

  private func load(_ bytes: [UInt8]) {
    // What the loaders make of bytes that are no safetensors is the same error once more.
    guard let arrays = try? Safetensors(bytes, path: "x") else { return }
    for entry in arrays.tensors {
      precondition(arrays.entry(entry.name) == entry, "an array that its name does not find")
      if entry.element == .float32 {
        precondition(arrays[entry.name]?.count == entry.shape.reduce(1, *), "numbers missing")
      }
    }
    guard let again = try? Safetensors(arrays.encoded, path: "x", requiringChecksum: true) else {
      preconditionFailure("what was read cannot be written and read again")
    }
    precondition(again.metadata == arrays.metadata && again.tensors.count == arrays.tensors.count)
    file.fill(bytes)
    _ = try? TrainedEncoder(contentsOf: file.path)
    // Reads the summary first, as `CheckpointSummary` does.
    var copy = trainer
    try? copy.restore(from: file.path)
  }

  func loads(_ bytes: [UInt8]) -> Bool {
    file.fill(bytes)
    if (try? Safetensors(bytes, path: "x", requiringChecksum: true)) != nil { return true }
    if (try? CheckpointSummary(contentsOf: file.path)) != nil { return true }
    return (try? TrainedEncoder(contentsOf: file.path)) != nil
  }

  /// The file with the digits of its checksum made true; nil when none is in sight.
  private func withTrueChecksum(_ bytes: [UInt8]) -> [UInt8]? {
    let mark = Array(#""fnv1a64":""#.utf8)
    let starts = bytes.indices.dropLast(mark.count + 15).dropFirst(8)
    // Most bytes are no quote, which is sooner seen than that they do not begin the mark.
    guard let start = starts.first(where: { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }) else {
      return nil
    }
    let place = start + mark.count..<start + mark.count + 16
    var result = bytes
    result.replaceSubrange(place, with: checksum(of: bytes, digits: place).utf8)
    return result
  }
}

/// The text files of a run folder: `config.json` and `metrics.jsonl`, both of them the input.
struct RecordTarget: Target {
  static let name = "record"
  private let folder: RunFolder
  private let file = MemoryFile()

  init() throws {
    let scratch = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    folder = RunFolder("\(scratch)/siam-fuzz-record-\(getpid())")
    try makeFolder(folder.path)
    for name in [folder.config, folder.metrics] {
      precondition(unsafe symlink(file.path, name) == 0, "no link in \(folder.path)")
    }
  }

  static func writeSeeds(to folder: String) throws {
    let trainer = TrainingConfiguration()
    try writeFile(folder + "/configuration", trainer.json)
    var epoch = EpochMetrics(epoch: 1, step: 2)
    (epoch.loss, epoch.std, epoch.collapse) = (-0.5, .nan, "total")
    let run = RunFolder(folder)
    try run.append(epoch)
    let store = try ImageStore(try ImageFolder("data/reference/pictures"), reading: ImageReading(maximumBadShare: 1))
    try run.write(
      RunRecord(
        program: "siam", command: ["train", "a\u{1B}"], configuration: trainer, images: .init(store),
        reading: .init(
          isStrict: false, maximumBadShare: 0.1, maximumPixels: 1, wideGrey: .highByte, appliesOrientation: false,
          isExact: true),
        test: nil, knnEvery: 1, saveEverySeconds: 1, memoryMegabytes: 1))
  }

  func read(_ bytes: [UInt8]) {
    file.fill(bytes)
    if let record = try? folder.record() {
      precondition(record.configuration.impossibility == nil, "an impossible configuration was read")
      precondition((try? folder.occupant()) == .run, "a record that makes no run")
    }
    _ = try? folder.epochs()
  }
}

/// NumPy's arrays.
struct NumPyTarget: Target {
  static let name = "npy"
  private let file = MemoryFile()

  func read(_ bytes: [UInt8]) {
    file.fill(bytes)
    guard let matrix = try? readNumPy(file.path) else { return }
    precondition(matrix.columns > 0 && matrix.values.count % matrix.columns == 0, "rows that are not whole")
    precondition(4 * matrix.values.count < bytes.count, "more numbers than the file holds")
  }
}
