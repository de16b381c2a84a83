import SiamAugmentations
import SiamDatasets
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@testable import SiamLaboratory

@Suite struct DualEncoderTests {
  @Test("the features are the encoder's", arguments: [true, false])
  func features(normalizes: Bool) throws {
    let store = try ImageStore(try ImageFolder(dataPath("fashion-mini/test")))
    var configuration = TrainingConfiguration()
    configuration.encoder = EncoderConfiguration(preset: .tiny, width: 4, size: 16, normalizes: normalizes)
    configuration.initializer = .he
    let fresh = NetworkEncoder(untrained: configuration, normalization: .grey)
    let encoder = try fresh.untrained(calibratedOn: store, images: 64)
    let dual = DualEncoder(encoder)
    let expected = try encoder.features(of: ImageSubset(store, [3, 500]), readOuts: [.average])[0]
    let images = try ViewLoader.images([3, 500], of: store, normalization: .grey, size: 16).values
    for index in 0..<2 {
      let found = dual.features(images[index * 768..<(index + 1) * 768].map(Double.init)).y
      let error = relativeError(Array(expected[index * 32..<(index + 1) * 32]), found)
      #expect(error < 1e-4, "\(error)")
    }
    // The derivative against central differences too small to meet many kinks.
    let x = images[0..<768].map(Double.init)
    let direction = zip(images[768..<1536], x).map { Double($0) - $1 }
    let gates = dual.features(x).gates
    let exact = dual.derivative(along: direction, gates)
    let h = 1e-7
    let ahead = dual.features(zip(x, direction).map { $0 + h * $1 }).y
    let behind = dual.features(zip(x, direction).map { $0 - h * $1 }).y
    let slope = zip(ahead, behind).map { ($0 - $1) / (2 * h) }
    #expect(squaredDistance(exact, slope) < 1e-8 * squaredDistance(exact, [Double](repeating: 0, count: 32)))
  }
}
