import SiamDatasets
import SiamFiles
import SiamMethods
package import SiamNeuralNetworks
import SiamTensors

/// Beginning a training with the weights of an earlier one: its encoder goes in, projector and predictor are drawn anew.
extension TrainedEncoder {
  /// The network of this encoder: itself, or what stands beside patch features.
  ///
  /// - Parameter path: where the encoder comes from, for the error.
  /// - Throws: `CheckpointError.malformed` unless there is exactly one.
  package func network(path: String) throws(CheckpointError) -> NetworkEncoder {
    let networks = parts.compactMap { part in
      if case .network(let network) = part.body { network } else { nil }
    }
    guard let network = networks.first else {
      throw .malformed(path: path, reason: "patch features, which have no weights to begin with")
    }
    guard networks.count == 1 else {
      throw .malformed(path: path, reason: "\(networks.count) networks side by side; give one of them")
    }
    var alone = network
    alone.components = nil
    return alone
  }

  private var parts: [TrainedEncoder] { if case .joined(let parts) = body { parts } else { [self] } }
}

extension EncoderConfiguration {
  /// Why a network cannot begin with the weights of another; nil if it can. The size of the views may differ.
  package func refusal(toBeginWith other: EncoderConfiguration) -> String? {
    guard preset == other.preset, width == other.width, normalizes == other.normalizes else {
      return "the encoder to begin with is \(other.architecture), not \(architecture)"
    }
    if layout.begins(like: other.layout) { return nil }
    return
      "the encoder to begin with is for views of \(other.size) pixels, and has other weights than one for "
      + "\(size); give --size \(other.size)"
  }

  private var layout: ParameterLayout {
    var layout = ParameterLayout()
    _ = encoder(in: &layout)
    return layout
  }

  /// "small of width 32, without normalisation".
  private var architecture: String {
    "\(preset.rawValue) of width \(width)" + (normalizes ? "" : ", without normalisation")
  }
}

extension ParameterLayout {
  /// Whether the names and shapes of another come first in this one, whatever their first values.
  fileprivate func begins(like part: ParameterLayout) -> Bool {
    entries.starts(with: part.entries) { $0.name == $1.name && $0.shape == $1.shape }
      && statistics.starts(with: part.statistics) { $0.name == $1.name && $0.range == $1.range }
  }
}

extension Parameters {
  /// Takes the values and running statistics of a network that comes first in this one.
  ///
  /// - Precondition: the other's layout is how this one's begins.
  mutating func begin(with part: Parameters) {
    precondition(layout.begins(like: part.layout), "a network that does not begin with this encoder")
    values = Tensor([layout.count], part.values.values + values.values[part.layout.count...])
    statistics = Tensor(
      [layout.statisticsCount], part.statistics.values + statistics.values[part.layout.statisticsCount...])
  }
}

extension RunRecord {
  /// The encoder that a training began with.
  package struct Origin: Codable, Sendable, Equatable {
    /// What was given on the command line.
    package var path: String
    /// The method of its training, and the epochs; "imported", and none, for one that was not trained here.
    package var method: String
    package var epochs: Int

    package init(_ path: String, _ network: NetworkEncoder) {
      self.path = path
      let configuration = network.configuration
      (method, epochs) = (configuration.origin, configuration.imported == nil ? configuration.epochs : 0)
    }
  }
}

extension RunFolder {
  /// The encoder that the training began with, if it did not begin at random; resuming needs it until the first checkpoint.
  package var beginning: String { path + "/beginning.safetensors" }
}

extension EarlierRun {
  /// The network that the run began with; nil if that was drawn at random, or the file is gone and needed no more.
  ///
  /// - Throws: `CheckpointError`.
  func beginning() throws(CheckpointError) -> NetworkEncoder? {
    guard record.from != nil else { return nil }
    let path = folder.beginning
    do throws(CheckpointError) { return try TrainedEncoder(contentsOf: path).network(path: path) } catch {
      if checkpoint == nil { throw error }
      return nil
    }
  }
}
