import SiamDatasets
package import SiamFiles
package import SiamMethods
import SiamNeuralNetworks
public import SiamTensors

/// A checkpoint, an encoder file or a run's record is unusable.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be read, or is not a valid safetensors file.
  case file(SafetensorsError)
  /// The file can be read, but its contents are wrong.
  case malformed(path: String, reason: String)
  /// The images differ from those that the run began with.
  case otherImages(path: String)

  /// The error message.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .malformed(let path, let reason): "\(printable(path)): \(reason)"
    case .otherImages(let path):
      "\(printable(path)): the pictures differ from those that the run began with"
    }
  }
}

extension TrainingConfiguration {
  /// The configuration as JSON with sorted keys: equal configurations have equal texts.
  package var json: String { RunJSON.text(self, isPretty: true) }

  /// The configuration that a JSON text holds.
  ///
  /// - Parameter path: the file that the text comes from, for the error.
  /// - Throws: `CheckpointError.malformed` for anything but a valid configuration.
  package init(json: String, path: String) throws(CheckpointError) {
    self = try RunJSON.value(TrainingConfiguration.self, from: Array(json.utf8), path: path)
    if let reason = impossibility { throw .malformed(path: path, reason: reason) }
  }
}

extension ParameterLayout {
  /// Checks that a file holds all parameters and statistics, without allocating any.
  ///
  /// - Throws: `SafetensorsError.missing` or `.mismatch` if the file holds another network.
  func check(_ file: Safetensors) throws(SafetensorsError) {
    for entry in entries { try file.check(entry.name, shape: entry.shape, as: Float.self) }
    for statistic in statistics {
      try file.check(statistic.name, shape: [statistic.range.count], as: Float.self)
    }
  }
}

/// Values and running statistics by name, as files hold them.
extension Parameters {
  /// Adds the values and statistics whose names are included.
  func add(to file: inout Safetensors, where isIncluded: (String) -> Bool = { _ in true }) {
    let (values, running) = (values.values, statistics.values)
    for entry in layout.entries where isIncluded(entry.name) {
      file.add(entry.name, entry.shape, Array(values[entry.range]))
    }
    for statistic in layout.statistics where isIncluded(statistic.name) {
      file.add(statistic.name, [statistic.range.count], Array(running[statistic.range]))
    }
  }

  /// Takes all values and statistics from a file.
  ///
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

/// A checkpoint's metadata: the training's configuration, progress and images.
package struct CheckpointSummary: Sendable, Equatable {
  /// What was trained.
  package let configuration: TrainingConfiguration
  /// Steps taken, and the total.
  package let step, totalSteps: Int
  /// The images, see `ImageStore.fingerprint`.
  package let images: String
  /// The sum of the losses of the last epoch's steps so far.
  let lossSum: Double

  /// Whether every step was taken.
  package var isFinished: Bool { step >= totalSteps }
  /// The number of epochs completed.
  package var epoch: Int { step / max(1, totalSteps / configuration.epochs) }

  static let format = "siam checkpoint 1"

  /// Reads only the summary, and checks that the file holds the whole network.
  ///
  /// - Throws: `CheckpointError` for a damaged file, or one that is not a checkpoint.
  package init(contentsOf path: String) throws(CheckpointError) {
    try self.init(try safetensors(path), path: path)
  }

  fileprivate init(_ file: Safetensors, path: String) throws(CheckpointError) {
    func number(_ key: String) -> Int? { file.metadata[key].flatMap(Int.init) }
    guard file.metadata["format"] == Self.format, let step = number("step"), let total = number("steps"),
      let sum = file.metadata["loss_sum"].flatMap(UInt64.init), let images = file.metadata["pictures"],
      let json = file.metadata["configuration"], (0...total).contains(step)
    else { throw .malformed(path: path, reason: "not a Siam checkpoint") }
    configuration = try TrainingConfiguration(json: json, path: path)
    // A small file can describe a network too large for memory; check that the file holds it all.
    do throws(SafetensorsError) { try configuration.network().layout.check(file) } catch {
      throw .file(error)
    }
    (self.step, totalSteps, self.images, lossSum) = (step, total, images, Double(bitPattern: sum))
  }
}

/// Reads a safetensors file written by Siam.
func safetensors(_ path: String) throws(CheckpointError) -> Safetensors {
  do throws(SafetensorsError) {
    return try Safetensors(contentsOf: path, requiringChecksum: true)
  } catch { throw .file(error) }
}

extension Trainer {
  private static let momentumPrefix = "momentum."
  private static let methodPrefix = "method."

  /// Checks that the state is finite, and so worth saving.
  ///
  /// - Throws: `Diverged` if a weight or a running statistic is NaN or infinite after the last step.
  package func requireFinite() throws(Diverged) {
    if let diverged = Diverged(saving: parameters, method.state, step: step) { throw diverged }
  }

  /// Writes everything that the next step depends on, atomically.
  ///
  /// - Throws: `FileError`.
  package func save(to path: String) throws(FileError) {
    var file = Safetensors(metadata: [
      "format": CheckpointSummary.format, "configuration": configuration.json, "step": "\(step)",
      "steps": "\(totalSteps)", "loss_sum": "\(lossSum.bitPattern)", "pictures": loader.store.fingerprint,
    ])
    parameters.add(to: &file)
    let velocity = optimizer.velocity.values
    for entry in parameters.layout.entries {
      file.add(Self.momentumPrefix + entry.name, entry.shape, Array(velocity[entry.range]))
    }
    for (name, tensor) in method.state.sorted(by: { $0.key < $1.key }) {
      file.add(Self.methodPrefix + name, tensor.shape, tensor.values)
    }
    components?.add(to: &file)
    try file.write(to: path)
  }

  /// Restores the state from a checkpoint.
  ///
  /// - Throws: `CheckpointError` for a damaged file, another configuration, or other images; then nothing has
  ///   changed.
  package mutating func restore(from path: String) throws(CheckpointError) {
    let file = try safetensors(path)
    let summary = try CheckpointSummary(file, path: path)
    guard summary.configuration == configuration else {
      throw .malformed(path: path, reason: "a checkpoint with a different configuration")
    }
    guard summary.images == loader.store.fingerprint, summary.totalSteps == totalSteps else {
      throw .otherImages(path: path)
    }
    var restored = self
    do throws(SafetensorsError) {
      try restored.parameters.read(file)
      var velocity = optimizer.velocity.values
      for entry in parameters.layout.entries {
        velocity.replaceSubrange(
          entry.range, with: try file.values(of: Self.momentumPrefix + entry.name, shape: entry.shape))
      }
      restored.optimizer.velocity = Tensor([velocity.count], velocity)
      for (name, tensor) in method.state {
        let values: [Float] = try file.values(of: Self.methodPrefix + name, shape: tensor.shape)
        restored.method.state[name] = Tensor(tensor.shape, values)
      }
      restored.components = try NetworkEncoder(file, configuration).components
    } catch {
      throw .file(error)
    }
    (restored.step, restored.lossSum) = (summary.step, summary.lossSum)
    self = restored
  }
}
