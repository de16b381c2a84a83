import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@testable import SiamTraining

@Suite struct ImportedEncoderTests {
  /// A narrow network of each kind, so that a file of it is small.
  static let narrow = ForeignNetwork.all.map { network in
    var narrow = network
    narrow.encoder.width = 4
    return narrow
  }

  /// A network with random weights and statistics, and what another library's file of it holds, by name.
  private struct Original {
    let network: NetworkEncoder
    private(set) var arrays: [(name: String, shape: [Int], values: [Float])] = []

    init(_ foreign: ForeignNetwork) {
      var configuration = TrainingConfiguration()
      configuration.encoder = foreign.encoder
      configuration.recipe.normalization = foreign.normalization
      var network = NetworkEncoder(untrained: configuration, normalization: foreign.normalization)
      let layout = network.parameters.layout
      network.parameters.values = Tensor([layout.count], draws(layout.count, 1))
      network.parameters.statistics = Tensor(
        [layout.statisticsCount], draws(layout.statisticsCount, 2, in: 0.5...1.5))
      self.network = network
      func name(_ own: String) -> String {
        let parts = own.split(separator: ".").map(String.init)
        let unit = foreign.unit(parts.dropFirst().dropLast(2).joined(separator: "."))
        return (parts[parts.count - 2] == "norm" ? unit.normalization : unit.convolution) + "."
          + parts[parts.count - 1]
      }
      for entry in layout.entries {
        let (values, shape) = (Array(network.parameters.values.values[entry.range]), entry.shape)
        guard shape.count == 4 else {
          arrays.append((name(entry.name), shape, values))
          continue
        }
        // (kernel, kernel, inputs, outputs) to (outputs, inputs, kernel, kernel).
        var turned: [Float] = []
        for output in 0..<shape[3] {
          for input in 0..<shape[2] {
            for pixel in 0..<shape[0] * shape[1] {
              turned.append(values[(pixel * shape[2] + input) * shape[3] + output])
            }
          }
        }
        arrays.append((name(entry.name), [shape[3], shape[2], shape[0], shape[1]], turned))
      }
      for statistic in layout.statistics {
        let values = network.parameters.statistics.values[statistic.range].map { value in
          statistic.initially == 1 ? value - Float(foreign.epsilon - 1e-5) : value
        }
        arrays.append((name(statistic.name), [values.count], values))
      }
      arrays.append((foreign.classifier + "weight", [3, 2], draws(6, 4)))
      arrays.append((foreign.classifier + "bias", [3], draws(3, 5)))
    }

    /// Writes the file, with some arrays changed.
    func write(
      to path: String, _ change: ((name: String, shape: [Int], values: [Float])) -> (String, [Int], [Float])?
    ) throws {
      var file = Safetensors(metadata: ["format": "pt"])
      for array in arrays {
        if let (name, shape, values) = change(array) { file.add(name, shape, values) }
      }
      file.add("bn1.num_batches_tracked", [], [Int64(7)])
      try file.write(to: path)
    }
  }

  @Test("an imported network gives the features of the original", arguments: narrow)
  func features(foreign: ForeignNetwork) throws {
    let original = Original(foreign)
    try withScratchFolder { scratch in
      let (path, own) = ("\(scratch)/weights.safetensors", "\(scratch)/encoder.safetensors")
      try original.write(to: path) { $0 }
      var preparation = Preparation()
      preparation.size = 72
      let imported = try TrainedEncoder(importing: path, as: foreign, prepared: preparation)
      try imported.write(to: own)
      let read = try TrainedEncoder(contentsOf: own)
      #expect(read.configuration == imported.configuration)
      #expect(read.configuration.imported == foreign.name && read.configuration.encoder.size == 72)
      #expect(
        read.configuration.framing == Framing(shorterSide: 82, interpolation: foreign.interpolation))
      #expect(read.normalization == foreign.normalization && read.configuration.reduction == nil)

      try withSmallStore(each: 2) { store in
        let images = try ViewLoader.images(
          0..<store.count, of: store, normalization: foreign.normalization, size: 72,
          framing: read.configuration.framing)
        var parameters = original.network.parameters
        let expected = original.network.encoder.forward(images, &parameters, .evaluation).y.values
        let found = try read.features(of: ImageSubset(store), readOuts: [.average])[0]
        #expect(relativeError(found, expected) < 1e-5)
      }
    }
  }

  /// What is wrong with a file, and what the message says.
  enum Fault: CaseIterable { case missing, unexpected, shape, kind, infinite, variance, name }

  @Test("the first name or shape that does not fit is told in a line", arguments: Fault.allCases)
  func refused(fault: Fault) throws {
    let foreign = try #require(Self.narrow.first)
    let original = Original(foreign)
    try withScratchFolder { scratch in
      let path = "\(scratch)/weights.safetensors"
      try original.write(to: path) { array in
        let isIt = array.name == "layer2.0.conv1.weight"
        switch fault {
        case .missing: return isIt ? nil : array
        case .unexpected where array.name == "fc.bias":
          return ("layer1.2.conv1.weight", array.shape, array.values)
        case .shape where isIt:
          return (array.name, [array.shape[1], array.shape[0], 3, 3], array.values)
        case .infinite where isIt: return (array.name, array.shape, [.infinity] + array.values.dropFirst())
        case .variance where array.name == "layer2.0.bn2.running_var":
          return (array.name, array.shape, [-1] + array.values.dropFirst())
        case .name: return ("module." + array.name, array.shape, array.values)
        case .kind: return isIt ? nil : array
        default: return array
        }
      }
      if fault == .kind {
        var file = try Safetensors(contentsOf: path)
        file.add("layer2.0.conv1.weight", [8, 4, 3, 3], [Int64](repeating: 1, count: 288))
        try file.write(to: path)
      }
      let expected =
        switch fault {
        case .missing: "not all of resnet18: it has no array layer2.0.conv1.weight"
        case .unexpected: "not resnet18, which has no array layer1.2.conv1.weight"
        case .shape: "layer2.0.conv1.weight is F32 [4, 8, 3, 3], expected F32 [8, 4, 3, 3]"
        case .kind: "layer2.0.conv1.weight is I64 [8, 4, 3, 3], expected F32 [8, 4, 3, 3]"
        case .infinite: "layer2.0.conv1.weight holds the number inf"
        case .variance: "layer2.0.bn2.running_var holds the variance -1.0"
        case .name: "no network that can be imported, which are resnet18 (torchvision, timm)"
        }
      do {
        _ = try TrainedEncoder(importing: path, as: fault == .name ? nil : foreign)
        Issue.record("\(fault) was accepted")
      } catch {
        #expect("\(error)".hasPrefix(path + ": ") && "\(error)".contains(expected), "\(error)")
        #expect(!"\(error)".contains("\n"))
      }
    }
  }

  @Test func `an encoder of Siam is not imported, nor a file that is none`() throws {
    try withScratchFolder { scratch in
      let path = "\(scratch)/encoder.safetensors"
      try TrainedEncoder(NetworkEncoder(untrained: TrainingConfiguration(), normalization: .cifar)).write(
        to: path)
      #expect(throws: ImportError.ownEncoder(path: path)) { try TrainedEncoder(importing: path) }
      try writeFile("\(scratch)/weights.pth", Array("PK\u{3}\u{4} and more than eight bytes".utf8))
      do {
        _ = try TrainedEncoder(importing: "\(scratch)/weights.pth")
        Issue.record("a zip file was accepted")
      } catch { #expect("\(error)".contains("not a safetensors file") && "\(error)".contains("save_file")) }
    }
  }

  @Test func `weights of half precision are widened`() throws {
    var file = Safetensors()
    file.add("half", [2], [Float16(0.5), Float16(-3)])
    file.add("double", [1], [0.25])
    file.add("integers", [1], [Int64(1)])
    #expect(file.floats(of: "half") == [0.5, -3] && file.floats(of: "double") == [0.25])
    #expect(file.floats(of: "integers") == nil && file.floats(of: "none") == nil)
    // A bfloat16 is the upper half of a float: 0x4049 is 3.140625.
    let header = Array(#"{"b":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}"#.utf8)
    let bytes = [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + [0x49, 0x40]
    #expect(try Safetensors(bytes, path: "b").floats(of: "b") == [3.140625])
  }
}
