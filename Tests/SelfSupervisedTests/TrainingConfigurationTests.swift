import NeuralNetworks
import SelfSupervised
import Testing

@Suite struct TrainingConfigurationTests {
  @Test("the published choices are the paper's", arguments: [32, 64, 96, 224])
  func published(size: Int) {
    let paper = TrainingConfiguration.published(size: size)
    let isLarge = size > 64
    #expect((paper.batch, paper.dimension, paper.hidden) == (512, 2048, 512))
    #expect(paper.encoder.preset == .resnet18 && paper.encoder.width == 64 && paper.encoder.size == size)
    #expect(paper.projectorLayers == (isLarge ? 3 : 2))
    #expect(paper.epochs == (isLarge ? 100 : 800))
    #expect(paper.weightDecay == (isLarge ? 1e-4 : 5e-4) && paper.momentum == 0.9)
    // lr · batch / 256 with lr 0.05 for ImageNet and 0.03 for CIFAR.
    #expect(abs(paper.rate - (isLarge ? 0.1 : 0.06)) < 1e-7)
    #expect(paper.constantPredictorRate && paper.encoder.startsAsIdentity == isLarge)
    #expect(paper.impossibility == nil)
  }

  @Test func `the rate grows with the batch`() {
    var configuration = TrainingConfiguration()
    (configuration.baseRate, configuration.batch) = (0.1, 64)
    #expect(configuration.rate == 0.025)
  }

  @Test("numbers that no network can have are named")
  func impossible() {
    let changes: [(String, (inout TrainingConfiguration) -> Void)] = [
      ("width", { $0.encoder.width = 0 }), ("size", { $0.encoder.size = 4096 }),
      ("dimension", { $0.dimension = -1 }),
      ("batch", { $0.batch = 1 }), ("epochs", { $0.epochs = 0 }), ("method", { $0.method = "other" }),
      ("rate", { $0.weightDecay = .nan }),
    ]
    for (name, change) in changes {
      var configuration = TrainingConfiguration()
      change(&configuration)
      #expect(configuration.impossibility?.contains(name) == true)
    }
  }
}
