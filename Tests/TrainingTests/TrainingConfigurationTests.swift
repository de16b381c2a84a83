import SiamMethods
import SiamNeuralNetworks
import SiamTraining
import TestSupport
import Testing

@Suite struct TrainingConfigurationTests {
  @Test("the published choices are the paper's", arguments: [32, 64, 96, 224])
  func published(size: Int) throws {
    let paper = try #require(SimSiam.published(size: size))
    let isLarge = size > 64
    #expect((paper.batch, paper.dimension, paper.hidden) == (512, 2048, 512))
    #expect(paper.method == SimSiam.name)
    #expect(paper.encoder.preset == .resnet18 && paper.encoder.width == 64 && paper.encoder.size == size)
    #expect(paper.projectorLayers == (isLarge ? 3 : 2))
    #expect(paper.epochs == (isLarge ? 100 : 800))
    #expect(paper.weightDecay == (isLarge ? 1e-4 : 5e-4) && paper.momentum == 0.9)
    // lr · batch / 256 with lr 0.05 for ImageNet and 0.03 for CIFAR.
    #expect(abs(paper.rate - (isLarge ? 0.1 : 0.06)) < 1e-7)
    #expect(paper.warmupEpochs == 0 && paper.constantPredictorRate)
    #expect(paper.encoder.startsAsIdentity == isLarge)
    #expect(paper.impossibility == nil)
  }

  @Test func `the usual choices are those the README's figures were made with`() {
    let usual = TrainingConfiguration()
    #expect(
      usual.encoder == EncoderConfiguration(preset: .small, width: 16, size: 32, startsAsIdentity: true))
    #expect((usual.method, usual.dimension, usual.hidden, usual.projectorLayers) == ("simclr", 256, 64, 2))
    #expect(usual.options.number(SimCLR.temperature) == 0.1)
    #expect((usual.batch, usual.baseRate, usual.warmupEpochs) == (128, 0.4, 1))
    #expect((usual.momentum, usual.weightDecay, usual.constantPredictorRate) == (0.9, 5e-4, true))
    #expect(usual.rate == 0.2 && usual.impossibility == nil)
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
      ("weightDecay", { $0.weightDecay = .nan }), ("predictorBaseRate", { $0.predictorBaseRate = -1 }),
      ("predictorBaseRate", { $0.predictorBaseRate = .nan }), ("baseRate", { $0.baseRate = .infinity }),
      ("simsiam has no option tau", { $0.options.byName["tau"] = .number(0.5) }),
      ("asymmetric has an invalid value", { $0.options.byName["asymmetric"] = .number(1) }),
      (
        "tau has an invalid value",
        { ($0.method, $0.options.byName["tau"]) = ("byol", .number(1.5)) }
      ),
      (
        "alternation has an invalid value",
        { ($0.method, $0.options.byName["alternation"]) = ("alternating", .number(2.5)) }
      ),
      (
        "--only-target-gradient and --no-stop-gradient exclude each other",
        {
          $0.options[SimSiam.onlyTargetGradient] = .flag(true)
          $0.options[SimSiam.noStopGradient] = .flag(true)
        }
      ),
    ]
    for (name, change) in changes {
      var configuration = TrainingConfiguration()
      configuration.method = SimSiam.name
      change(&configuration)
      #expect(configuration.impossibility?.contains(name) == true)
    }
  }

  @Test func `the configuration of a run from before there were methods to choose is read`() throws {
    // As version 0.1 wrote it.
    let json = """
      {"base_rate":0.2,"batch":8,"constant_predictor_rate":true,"dimension":16,"encoder":{"normalizes":true,\
      "preset":"tiny","size":16,"starts_as_identity":false,"width":4},"epochs":3,"hidden":8,\
      "initializer":"uniform","method":"simsiam","momentum":0.9,"projector_layers":2,"recipe":"grey","seed":5,\
      "warmup_epochs":0,"weight_decay":0.0005}
      """
    #expect(try TrainingConfiguration(json: json, path: "a") == smallConfiguration())
    let other = json.split(separator: "simsiam").joined(separator: "byol")
    #expect(try TrainingConfiguration(json: other, path: "a").method == "byol")
    let unknown = json.split(separator: "simsiam").joined(separator: "none")
    #expect(
      throws: CheckpointError.malformed(path: "a", reason: "unknown method none")
    ) { try TrainingConfiguration(json: unknown, path: "a") }
  }

  @Test("a method's choices survive their text", arguments: MethodCase.all)
  func choices(of test: MethodCase) throws {
    var configuration = test.configuration(size: 16)
    configuration.predictorBaseRate = 0.25
    let json = configuration.json
    let read = try TrainingConfiguration(json: json, path: "a")
    #expect(read == configuration && read.json == json)
    let kind = try #require(method(named: test.name))
    configuration.options.complete(for: [kind])
    let whole = try TrainingConfiguration(json: configuration.json, path: "a")
    #expect(whole == configuration && Set(whole.options.byName.keys) == Set(kind.options.map(\.name)))
    for (name, value) in test.options { #expect(whole.options.byName[name] == value) }
  }
}
