import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct EncoderTests {
  @Test(
    "presets are PyTorch's, forward and backward, in training and evaluation",
    arguments: [("tiny", 2, 13), ("small", 2, 16), ("resnet18", 1, 65)])
  func pytorch(name: String, width: Int, size: Int) throws {
    let reference = try Reference("encoders")
    let preset = try #require(EncoderConfiguration.Preset(rawValue: name))
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: preset, width: width, size: size).encoder(in: &layout)
    let images = try reference.images("\(name)/pictures")
    try expectPyTorch(reference, name, layout, input: images) { run(encoder, $0, $1, dy: $2, $3) }
  }

  @Test("every parameter's gradient agrees with the plain network", arguments: [true, false])
  func gradients(normalizes: Bool) {
    for preset in [EncoderConfiguration.Preset.tiny, .small] {
      var layout = ParameterLayout()
      let encoder = EncoderConfiguration(preset: preset, width: 2, size: 8, normalizes: normalizes)
        .encoder(in: &layout)
      let parameters = Parameters(wild: layout)
      let x = randomTensor([5, 7, 8, 3], 1)
      let errors = errors(
        x, parameters, input: false, of: { run(encoder, x, parameters, dy: $0) },
        against: {
          network, x in
          preset == .tiny ? network.tiny(x) : network.small(x)
        })
      #expect(errors.largest < 5e-4, "\(preset): \(errors)")
    }
  }

  @Test("an encoder's forward and backward give the same bits on 1, 2 and 3 threads", arguments: [1, 5, 20])
  func threads(batch: Int) {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: .small, width: 5, size: 12).encoder(in: &layout)
    let parameters = Parameters(layout, initializer: .he, seed: 1)
    let (x, dy) = (randomTensor([batch, 12, 12, 3], 1), randomTensor([batch, encoder.dimension], 2))
    let passes = [1, 2, 3].map { count in withThreadCount(count) { run(encoder, x, parameters, dy: dy) } }
    for pass in passes {
      #expect(sameBits(pass.y, passes[0].y))
      #expect(sameBits(pass.parameters.gradients, passes[0].parameters.gradients))
      #expect(sameBits(pass.parameters.statistics, passes[0].parameters.statistics))
    }
  }

  @Test(
    "by evaluation, pictures in parts give the bits of all at once",
    arguments: EncoderConfiguration.Preset.allCases, [3, 16, 40])
  func parts(preset: EncoderConfiguration.Preset, width: Int) {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: preset, width: width, size: 32).encoder(in: &layout)
    var parameters = Parameters(wild: layout)
    let x = randomTensor([5, 32, 32, 3], 1)
    let whole = encoder.map(x, &parameters, .evaluation)
    for each in [1, 2, 5] {
      let count = (5 + each - 1) / each
      let map = encoder.map(ofParts: count, parameters) { part in
        let rows = part * each..<min(5, (part + 1) * each)
        return Tensor(
          [rows.count, 32, 32, 3], Array(x.values[rows.lowerBound * 3072..<rows.upperBound * 3072]))
      }
      #expect(map.shape == whole.shape)
      #expect(sameBits(map, whole))
    }
  }

  @Test(
    "pictures of any size go through, smaller than the reduction too, one at a time too",
    arguments: EncoderConfiguration.Preset.allCases, [1, 2, 9, 33])
  func sizes(preset: EncoderConfiguration.Preset, size: Int) {
    for configured in [32, 224] {
      var layout = ParameterLayout()
      let encoder = EncoderConfiguration(preset: preset, width: 3, size: configured).encoder(in: &layout)
      let parameters = Parameters(layout, initializer: .he, seed: 1)
      let x = randomTensor([1, size, size + 1, 3], 1)
      let pass = run(encoder, x, parameters, dy: randomTensor([1, encoder.dimension], 2))
      #expect(pass.y.shape == [1, encoder.dimension])
      #expect(pass.y.values.allSatisfy { $0.isFinite })
      #expect(pass.parameters.gradients.values.allSatisfy { $0.isFinite })
      #expect(pass.parameters.statistics.values.allSatisfy { $0.isFinite })
      var network = parameters
      let map = encoder.map(x, &network, .evaluation)
      let reduction = 256 / (encoder.shapes(side: 256).last?.side ?? 1)
      let reduced = { (side: Int) in (side + reduction - 1) / reduction }
      #expect(map.shape == [1, reduced(size), reduced(size + 1), encoder.dimension])
    }
  }

  @Test func `features are the mean of the map`() {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: .tiny, width: 2, size: 16).encoder(in: &layout)
    var parameters = Parameters(wild: layout)
    let x = randomTensor([2, 16, 16, 3], 1)
    let map = encoder.map(x, &parameters, .evaluation)
    #expect(map.shape == [2, 2, 2, 16])
    let y = encoder.forward(x, &parameters, .evaluation).y
    #expect(y.values == averagePooled(map, to: 1).values)
  }

  @Test func `in evaluation a picture's features do not depend on the rest of its batch`() {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: .small, width: 3, size: 16).encoder(in: &layout)
    var parameters = Parameters(wild: layout)
    let x = randomTensor([19, 16, 16, 3], 1)
    let together = encoder.forward(x, &parameters, .evaluation).y.values
    let each = 16 * 16 * 3
    for image in [0, 7, 18] {
      let alone = Tensor([1, 16, 16, 3], Array(x.values[image * each..<(image + 1) * each]))
      let y = encoder.forward(alone, &parameters, .evaluation).y.values
      #expect(y == Array(together[image * encoder.dimension..<(image + 1) * encoder.dimension]))
    }
  }

  @Test
  func `a network without normalisation has no statistics, and one that starts as the identity scales of 0`()
  {
    var bare = ParameterLayout()
    _ = EncoderConfiguration(preset: .small, width: 2, normalizes: false).encoder(in: &bare)
    #expect(bare.statistics.isEmpty)
    #expect(bare.entries.allSatisfy { !$0.name.hasSuffix("norm.weight") })

    var layout = ParameterLayout()
    _ = EncoderConfiguration(preset: .small, width: 2, startsAsIdentity: true).encoder(in: &layout)
    let zeros = layout.entries.filter { $0.role == .scale(initially: 0) }.map(\.name)
    #expect(zeros == (0..<8).map { "encoder.\($0 / 2).\($0 % 2).second.norm.weight" })
  }

  @Test("the published number of parameters", arguments: [(32, 11_168_832), (224, 11_176_512)])
  func count(size: Int, expected: Int) {
    // torchvision's resnet18 has 11,689,512, of which 513,000 are its classifier; a 3x3 stem has 7,680 fewer.
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: .resnet18, size: size).encoder(in: &layout)
    #expect(layout.count == expected)
    #expect(encoder.dimension == 512)
  }

  @Test func `names are unique and ranges follow one another`() {
    for preset in EncoderConfiguration.Preset.allCases {
      var layout = ParameterLayout()
      _ = EncoderConfiguration(preset: preset, size: 224).encoder(in: &layout)
      #expect(Set(layout.entries.map(\.name)).count == layout.entries.count)
      #expect(layout.entries.allSatisfy { $0.name.hasPrefix("encoder.") })
      #expect(Set(layout.statistics.map(\.name)).count == layout.statistics.count)
      var end = 0
      for entry in layout.entries {
        #expect(entry.range.lowerBound == end && entry.range.count == entry.shape.reduce(1, *))
        end = entry.range.upperBound
      }
      #expect(end == layout.count)
    }
  }

  @Test func `pictures that are no pictures are a programming error`() async {
    await #expect(processExitsWith: .failure) {
      var layout = ParameterLayout()
      let encoder = EncoderConfiguration(preset: .tiny).encoder(in: &layout)
      var parameters = Parameters(layout, initializer: .zero, seed: 1)
      _ = encoder.map(Tensor(zeros: [2, 3]), &parameters, .evaluation)
    }
  }

  @Test(
    "the stages with large maps are those before the weights are many",
    arguments: [
      (EncoderConfiguration.Preset.tiny, 16, 32, 2), (.small, 16, 32, 5), (.resnet18, 64, 224, 6),
    ])
  func shallow(preset: EncoderConfiguration.Preset, width: Int, side: Int, stages: Int) {
    var layout = ParameterLayout()
    let encoder = EncoderConfiguration(preset: preset, width: width, size: side).encoder(in: &layout)
    #expect(encoder.shallowStages(side: side) == stages)
  }
}
