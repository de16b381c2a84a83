import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct TrainingOptionsTests {
  @Test(
    "blocks begin as the identity where there are such blocks, unless told otherwise or published for small pictures",
    arguments: [
      ([], true), (["--preset", "resnet18"], true), (["--preset", "tiny"], false), (["--no-norm"], false),
      (["--no-identity-start"], false), (["--published"], false), (["--published", "--size", "96"], true),
      (["--published", "--size", "96", "--no-identity-start"], false),
      (["--published", "--identity-start"], true),
    ] as [([String], Bool)])
  func identityStart(words: [String], expected: Bool) throws {
    try withScratchFolder { folder in
      try copyImages(to: folder, each: 1)
      let sample = try ImageSample(
        of: ImageFolder(folder), count: 3, seed: 0, reading: ImageReading())
      let configuration = try trainingOptions(words).configuration(for: sample)
      #expect(configuration.encoder.startsAsIdentity == expected)
      // What it was told, or nothing, is no contradiction to itself; the other is.
      try trainingOptions(words.filter { $0 != "--published" }).check(against: configuration, images: 100)
      let other = expected ? "--no-identity-start" : "--identity-start"
      let error = #expect(throws: UsageError.self) {
        try trainingOptions([other]).check(against: configuration, images: 100)
      }
      #expect(error?.message == "\(other): the run to resume began otherwise, and keeps to it")
    }
  }

  @Test(
    "an option's value is written as it is read, and its key is in the configuration's text",
    arguments: SiamMethods.trainingOptions.indices)
  func list(index: Int) throws {
    let option = SiamMethods.trainingOptions[index]
    #expect(option.name.hasPrefix("--") && !option.help.isEmpty)
    #expect(option.impossibility(TrainingConfiguration()) == nil)
    for word in option.words { #expect(option.read(word) != nil) }
    for name in option.excluded { #expect(SiamMethods.trainingOptions.contains { $0.name == name }) }
    // A value that is read is taken, and a run of it keeps it.
    let texts = option.placeholder == nil ? [""] : option.words + ["grey", "0.3", "3", "8", "16", "512"]
    let choice = try #require(texts.lazy.compactMap(option.read).first)
    let owner = learningMethods.first { option.owners?.contains($0.name) ?? true }
    var configuration = TrainingConfiguration(try #require(owner))
    choice.apply(&configuration)
    #expect(choice.refusal(configuration, 100_000) == nil, "\(choice.spelling)")
  }
}

/// The options that the words mean.
func trainingOptions(_ words: [String]) throws -> TrainingOptions {
  var declaring = Arguments.declaring()
  _ = try TrainingOptions(&declaring)
  var arguments = try Arguments(words, knowing: declaring.declarations)
  return try TrainingOptions(&arguments)
}
