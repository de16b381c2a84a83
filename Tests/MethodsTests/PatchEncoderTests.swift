import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct PatchEncoderTests {
  private var small: PatchConfiguration {
    var result = PatchConfiguration()
    (result.size, result.rank, result.atoms, result.dimension) = (16, 16, 64, 16)
    (result.cells, result.components) = (2, 8)
    return result
  }

  @Test("features are the same bits on any number of threads", arguments: [2, 3])
  func threads(count: Int) throws {
    try withSmallStore { store in
      func features() throws -> [Float] {
        let encoder = try PatchEncoder(fitting: small, to: ImageSubset(store))
        return try encoder.features(of: ImageSubset(store))
      }
      let one = try withThreadCount(1) { try features() }
      #expect(try withThreadCount(count) { try features() } == one)
      #expect(one.count == store.count * 8 && one.allSatisfy(\.isFinite))
    }
  }

  @Test func `features do not depend on what else is in the batch`() throws {
    try withSmallStore { store in
      let encoder = try PatchEncoder(fitting: small, to: ImageSubset(store))
      let all = try encoder.features(of: ImageSubset(store))
      let alone = try encoder.features(of: ImageSubset(store, [4]))
      #expect(alone == Array(all[4 * encoder.dimension..<5 * encoder.dimension]))
    }
  }

  @Test func `the projection is finite, and the components are ordered by their variance`() throws {
    try withSmallStore { store in
      let encoder = try PatchEncoder(fitting: small, to: ImageSubset(store))
      #expect(encoder.stages[0].embedding.projection.shape == [64, 16])
      #expect(encoder.stages[0].embedding.projection.isFinite && encoder.stages[0].embedding.offset.isFinite)
      let variances = try #require(encoder.components).variances
      #expect(variances == variances.sorted(by: >) && variances.allSatisfy { $0 > 0 })
    }
  }

  @Test func `a few patches with something in them among plain ones are enough`() throws {
    try withScratchFolder { root in
      var generator = CounterGenerator(5)
      for index in 0..<8 {
        var pixels = [UInt8](repeating: 255, count: 768)
        for offset in 300..<300 + 3 * index { pixels[offset] = UInt8(truncatingIfNeeded: generator.next()) }
        try writeFile("\(root)/\(index).png", Image(width: 16, height: 16, pixels: pixels).pngBytes())
      }
      let images = ImageSubset(try ImageStore(ImageFolder(root)))
      let encoder = try PatchEncoder(fitting: small, to: images)
      #expect(encoder.stages[0].coder.dictionary.rows % 16 == 0)
      #expect(try encoder.features(of: images).allSatisfy(\.isFinite))
    }
  }

  @Test func `images of one colour are refused`() throws {
    try withScratchFolder { root in
      for name in ["a", "b"] {
        try makeFolder("\(root)/\(name)")
        let flat = Image(width: 16, height: 16, pixels: [UInt8](repeating: 90, count: 768))
        for index in 0..<3 { try writeFile("\(root)/\(name)/\(index).png", flat.pngBytes()) }
      }
      let store = try ImageStore(ImageFolder(root))
      #expect(throws: PatchFitError.flat) { try PatchEncoder(fitting: small, to: ImageSubset(store)) }
    }
  }
}
