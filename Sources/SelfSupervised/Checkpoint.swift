public import Files
import FoundationEssentials
import NeuralNetworks
public import Tensors

/// A saved training or encoder cannot be used.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  case file(SafetensorsError)
  case malformed(path: String, reason: String)
  /// The pictures are not those the run began with.
  case otherPictures(path: String, reason: String)

  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .malformed(let path, let reason): "\(printable(path)): \(reason)"
    case .otherPictures(let path, let reason): "\(printable(path)): \(reason)"
    }
  }
}

extension TrainingConfiguration {
  /// As JSON with sorted keys; the same configuration gives the same text.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    // Numbers, names and texts always have a JSON form.
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a configuration without a JSON form")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// - Throws: `CheckpointError.malformed` for a text that is no configuration, or one of impossible values.
  public init(json: String, path: String) throws(CheckpointError) {
    do {
      self = try JSONDecoder().decode(TrainingConfiguration.self, from: Data(json.utf8))
    } catch {
      throw .malformed(path: path, reason: "its configuration cannot be read: \(error)")
    }
    if let reason = impossibility { throw .malformed(path: path, reason: reason) }
  }

  /// Why no network can be built of these numbers; nil when one can.
  public var impossibility: String? {
    let numbers = [
      ("width", encoder.width, 1...1024), ("size", encoder.size, 8...1024),
      ("dimension", dimension, 1...65536),
      ("hidden", hidden, 1...65536), ("projectorLayers", projectorLayers, 1...8),
      ("epochs", epochs, 1...1_000_000),
      ("batch", batch, 2...65536), ("warmupEpochs", warmupEpochs, 0...1_000_000),
    ]
    for (name, value, range) in numbers where !range.contains(value) {
      return "\(name) is \(value), not within \(range.lowerBound) to \(range.upperBound)"
    }
    guard method == "simsiam" else { return "the method \(printable(method)) is not known" }
    let rates = [baseRate, momentum, weightDecay]
    return rates.allSatisfy { $0.isFinite && $0 >= 0 } ? nil : "a rate is not a number from 0 up"
  }
}

/// Values and running statistics by name, as files hold them.
extension Parameters {
  func add(to file: inout Safetensors, where isIncluded: (String) -> Bool = { _ in true }) {
    let (values, running) = (values.values, statistics.values)
    for entry in layout.entries where isIncluded(entry.name) {
      file.add(entry.name, entry.shape, Array(values[entry.range]))
    }
    for statistic in layout.statistics where isIncluded(statistic.name) {
      file.add(statistic.name, [statistic.range.count], Array(running[statistic.range]))
    }
  }

  /// - Throws: `SafetensorsError.missing` or `.mismatch` if the file holds another network.
  mutating func read(_ file: Safetensors) throws(SafetensorsError) {
    var (values, running) = (values.values, statistics.values)
    for entry in layout.entries {
      values.replaceSubrange(entry.range, with: try file.values(of: entry.name, shape: entry.shape))
    }
    for statistic in layout.statistics {
      running.replaceSubrange(
        statistic.range, with: try file.values(of: statistic.name, shape: [statistic.range.count]))
    }
    self.values = Tensor([layout.count], values)
    statistics = Tensor([layout.statisticsCount], running)
  }
}

extension Trainer {
  private static let momentumPrefix = "momentum."
  private static let format = "siam checkpoint 1"

  /// Writes everything that the next step depends on, atomically.
  public func save(to path: String) throws(FileError) {
    var file = Safetensors(metadata: [
      "format": Self.format, "configuration": configuration.json, "step": "\(step)",
      "loss_sum": "\(lossSum.bitPattern)", "pictures": loader.store.fingerprint,
    ])
    parameters.add(to: &file)
    let velocity = optimizer.velocity.values
    for entry in parameters.layout.entries {
      file.add(Self.momentumPrefix + entry.name, entry.shape, Array(velocity[entry.range]))
    }
    try file.write(to: path)
  }

  /// Goes on where a checkpoint stands.
  ///
  /// - Throws: `CheckpointError` for a damaged file, one of another network, or other pictures; then nothing has changed.
  public mutating func restore(from path: String) throws(CheckpointError) {
    var restored = self
    do throws(SafetensorsError) {
      let file = try Safetensors(contentsOf: path, requiringChecksum: true)
      guard file.metadata["format"] == Self.format, let step = file.metadata["step"].flatMap(Int.init),
        let sum = file.metadata["loss_sum"].flatMap(UInt64.init), (0...totalSteps).contains(step)
      else { throw SafetensorsError.malformed(path: path, reason: "not a checkpoint of Siam") }
      guard file.metadata["pictures"] == loader.store.fingerprint else {
        throw SafetensorsError.malformed(
          path: path, reason: "the folder's pictures are not those the run began with")
      }
      try restored.parameters.read(file)
      var velocity = optimizer.velocity.values
      for entry in parameters.layout.entries {
        velocity.replaceSubrange(
          entry.range, with: try file.values(of: Self.momentumPrefix + entry.name, shape: entry.shape))
      }
      restored.optimizer.velocity = Tensor([velocity.count], velocity)
      (restored.step, restored.lossSum) = (step, Double(bitPattern: sum))
    } catch {
      throw .file(error)
    }
    self = restored
  }
}

extension PictureStore {
  /// A name for which pictures these are: their number and a hash of their paths in order (FNV-1a).
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for path in paths {
      for byte in path.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 0) &* 0x100_0000_01b3
    }
    return "\(count) \(String(hash, radix: 16))"
  }
}
