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
      try copyPictures(to: folder, each: 1)
      let sample = try PictureSample(
        of: ImageFolder(folder), count: 3, seed: 0, options: pictureOptions())
      let configuration = try read(words).configuration(for: sample, pictures: 100)
      #expect(configuration.encoder.startsAsIdentity == expected)
      // What it was told, or nothing, is no contradiction to itself; the other is.
      try read(words.filter { $0 != "--published" }).check(against: configuration, pictures: 100)
      let other = expected ? "--no-identity-start" : "--identity-start"
      let error = #expect(throws: UsageError.self) {
        try read([other]).check(against: configuration, pictures: 100)
      }
      #expect(error?.message == "\(other): the run to resume began otherwise, and keeps to it")
    }
  }

  private func read(_ words: [String]) throws -> TrainingOptions {
    var declaring = Arguments.declaring()
    _ = try TrainingOptions(&declaring)
    var arguments = try Arguments(words, knowing: declaring.declarations)
    return try TrainingOptions(&arguments)
  }

  private func pictureOptions() throws -> PictureOptions {
    var declaring = Arguments.declaring()
    _ = try PictureOptions(&declaring)
    var arguments = try Arguments([], knowing: declaring.declarations)
    return try PictureOptions(&arguments)
  }
}
