import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

/// Methods through the real binary.
@Suite struct MethodOptionsTests {
  /// Choices beside the method's name that make it keep all that it can.
  private static func choices(_ method: String) -> [String] {
    let options = MethodCase.fullest(of: method)?.options ?? [:]
    return options.sorted { $0.key < $1.key }.flatMap { name, value in
      switch value {
      case .flag: ["--\(name)"]
      case .number(let number): ["--\(name)", number.argument]
      case .word(let word): ["--\(name)", word]
      }
    }
  }

  @Test("each method trains, resumes to the same bytes, and is exported", arguments: methods.map { $0.name })
  func train(method: String) throws {
    try withScratchFolder { scratch in
      let (root, whole, broken) = ("\(scratch)/in", "\(scratch)/whole", "\(scratch)/broken")
      try copyImages(to: root, each: 8)
      let choices = ["--method", method] + Self.choices(method)
      let ended = try siam(
        ["train", root, "-o", whole, "--epochs", "2"] + TrainCommandTests.small + choices)
      #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
      let kind = try #require(methods.first { $0.name == method })
      #expect(ended.output.contains("\n\(kind.title) on tiny, width 4, "))
      let record = try RunFolder(whole).record()
      #expect(record.configuration.method == method)
      // The method's own defaults hold where nothing is said.
      let defaults = TrainingConfiguration(kind)
      #expect(record.configuration.headNormalization == defaults.headNormalization)
      #expect(record.configuration.baseRate == defaults.baseRate)
      #expect(Set(record.configuration.options.byName.keys) == Set(kind.options.map(\.name)))
      #expect(try RunFolder(whole).epochs().compactMap(\.loss).count == 2)

      // A run that stands at its fourth step of six.
      let store = try ImageStore(ImageFolder(root))
      var trainer = Trainer(record.configuration, store: store)
      for _ in 0..<4 { _ = try trainer.advance() }
      try RunFolder(broken).begin(record, bad: store.bad.items)
      try trainer.save(to: RunFolder(broken).checkpoint)
      let others = methods.map { $0.name }.filter { $0 != method }
      let refused = try siam(["train", root, "-o", broken, "--resume", "--method", others[0]])
      #expect(refused.code == 64 && refused.errors.contains("the run to resume has \(method)"))
      let resumed = try siam(["train", root, "-o", broken, "--resume"] + choices)
      #expect(resumed.code == 0 && resumed.output.contains("resuming after step 4 of 6"), "\(resumed.errors)")
      for name in ["checkpoint.safetensors", "encoder.safetensors"] {
        #expect(try readFile("\(broken)/\(name)") == readFile("\(whole)/\(name)"), "\(name)")
      }

      let exported = try siam(["export", broken, root, "-o", "\(scratch)/features.npy"])
      #expect(try exported.code == 0 && fileExists("\(scratch)/features.npy"), "\(exported.errors)")
    }
  }

  @Test(
    "choices that do not go together are refused in a line, with the reason",
    arguments: [
      (["--method", "moco"], "one of " + learningMethods.map { $0.name }.joined(separator: ", ")),
      (["--method", "siamsim"], "the nearest is simsiam"),
      (["--tau", "0.5"], "--tau is an option of byol, not of simclr"),
      (["--method", "patches", "--epochs", "3"], "--epochs is an option of networks"),
      (["--method", "patches", "--published"], "--published is for networks"),
      (["--method", "simclr", "--atoms", "32"], "--atoms is an option of patches, not of simclr"),
      (["--atoms", "40"], "--atoms 40 is not a multiple of 16"),
      (["--size", "8", "--scales", "2"], "a larger --size or --square, fewer --scales or --cells"),
      (["--method", "simclr", "--time", "1m", "--epochs", "3"], "--time and --epochs exclude each other"),
      (["--time", "10"], "--time must be a time such as 30s, 10m or 8h"),
      (
        ["--method", "simclr", "--no-predictor"], "--no-predictor is an option of simsiam, byol, alternating"
      ),
      (["--method", "byol", "--no-stop-gradient"], "an option of simsiam, mean-view, not of byol"),
      (["--method", "byol", "--tau", "1.5"], "--tau must be a number (0 to 1)"),
      (["--method", "byol", "--tau-schedule", "linear"], "--tau-schedule must be one of cosine, constant"),
      (["--no-stop-gradient", "--only-target-gradient"], "exclude each other"),
      (["--no-predictor", "--only-target-gradient"], "needs the predictor"),
      (["--no-predictor", "--predictor-lr", "0.1"], "--predictor-lr: there is no predictor to train here"),
      (["--no-predictor", "--fixed-predictor"], "--fixed-predictor: there is no predictor"),
      (["--method", "simclr", "--hidden", "8"], "--hidden: there is no predictor"),
      (["--method", "directpred", "--predictor-schedule", "cosine"], "--predictor-schedule: there is no"),
      (["--fixed-predictor", "--predictor-lr", "0.1"], "exclude each other"),
      (["--fixed-predictor", "--predictor-schedule", "cosine"], "exclude each other"),
      (["--head-norm", "some"], "one of none, hidden, all"),
    ])
  func refusals(words: [String], part: String) throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 2)
      let ended = try siam(["train", "\(scratch)/in", "-o", "\(scratch)/run"] + words)
      #expect(ended.code == 64 && ended.output.isEmpty && ended.errors.contains(part), "\(ended.errors)")
      #expect(try ended.errors.filter { $0 == "\n" }.count == 1 && !fileExists("\(scratch)/run"))
    }
  }

  private func configuration(_ words: [String]) throws -> TrainingConfiguration {
    var result = TrainingConfiguration()
    try withScratchFolder { folder in
      try copyImages(to: folder, each: 1)
      let sample = try ImageSample(of: ImageFolder(folder), count: 3, seed: 0, reading: ImageReading())
      let options = try trainingOptions(["--size", "32", "--recipe", "cifar"] + words)
      result = try options.configuration(for: sample)
    }
    return result
  }

  @Test func `choices become the configuration's, and without any it is the default method`() throws {
    let standard = try configuration([])
    var expected = TrainingConfiguration()
    expected.options.complete(for: [defaultMethod])
    #expect(standard == expected && standard.method == "simclr" && standard.headNormalization == .all)

    let byol = try configuration([
      "--method", "byol", "--tau", "0.9", "--asymmetric", "--head-norm", "hidden", "--predictor-lr", "0.5",
      "--hidden", "64",
    ])
    #expect(byol.method == "byol" && byol.options.number(BYOL.tau) == 0.9)
    #expect(byol.options.flag(SimSiam.asymmetric) && !byol.options.flag(SimSiam.noPredictor))
    #expect(byol.options.word(BYOL.tauSchedule) == "cosine")
    #expect(byol.headNormalization == .hidden && byol.predictorBaseRate == 0.5)
    #expect(byol.predictorRate == 0.25)

    let fixed = try configuration(["--fixed-predictor"])
    #expect(fixed.predictorBaseRate == 0 && fixed.method == "simsiam")
  }

  @Test("a method's own defaults hold where nothing is said", arguments: methods.indices)
  func defaults(index: Int) throws {
    var expected = TrainingConfiguration(methods[index])
    expected.options.complete(for: [methods[index]])
    #expect(try configuration(["--method", methods[index].name]) == expected)
    #expect(
      try configuration(["--method", methods[index].name, "--projector-layers", "5"]).projectorLayers == 5)
  }

  @Test(
    "where no method is named, an option that only the base method has means it",
    arguments: [
      (["--no-stop-gradient"], "simsiam"), (["--no-predictor"], "simsiam"),
      (["--predictor-lr", "0.1"], "simsiam"), (["--hidden", "8"], "simsiam"),
      (["--head-norm", "hidden"], "simclr"), (["--temperature", "0.5"], "simclr"),
      (["--published"], "simsiam"),
    ])
  func implied(words: [String], method: String) throws {
    #expect(try configuration(words).method == method)
  }

  @Test(
    "a run keeps its method's choices: others are refused, its own are not",
    arguments: [
      (["--method", "byol", "--tau", "0.9", "--asymmetric", "--predictor-lr", "0.5"], nil),
      ([], nil), (["--method", "simsiam"], "--method simsiam: the run to resume has byol"),
      (["--tau", "0.8"], "--tau: the run to resume has 0.9"), (["--no-predictor"], "--no-predictor"),
      (["--temperature", "1"], "its method is byol"), (["--head-norm", "none"], "--head-norm none"),
      (["--predictor-lr", "0.1"], "has a rate of 0.5"), (["--fixed-predictor"], "--fixed-predictor"),
    ] as [([String], String?)])
  func resume(words: [String], refusal: String?) throws {
    let run = try configuration([
      "--method", "byol", "--tau", "0.9", "--asymmetric", "--predictor-lr", "0.5",
    ])
    let options = try trainingOptions(words)
    if let refusal {
      let error = #expect(throws: UsageError.self) { try options.check(against: run, images: 1000) }
      #expect(error?.message.contains(refusal) == true, "\(String(describing: error))")
    } else {
      try options.check(against: run, images: 1000)
    }
  }
}
