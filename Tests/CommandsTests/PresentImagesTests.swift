import Foundation
import SiamDatasets
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct PresentImagesTests {
  private func store(_ root: String, strict: Bool = false) throws -> ImageStore {
    try ImageStore(
      ImageFolder(root), reading: ImageReading(isStrict: strict, maximumBadShare: 0.2), memory: 0)
  }

  @Test func `work begins again without an image that goes, and the others are what they were`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 4)
      let all = try store(root)
      let whole = try (0..<12).map { try all.image($0) }
      var starts = 0
      let (paths, images) = try onPresent(all, nil) { train, _ in
        starts += 1
        // The first run loses one that was read before, and the second one that another part of the work has noted.
        if starts == 1 { try removeFile(all.folder.path(at: 2)) }
        let images = try (0..<train.count).map { try train.image($0) }
        if starts == 2 {
          try removeFile(all.folder.path(at: 7))
          try train.examine(all.paths[7])
        }
        try requireComplete(train)
        #expect(train.labels?.count == train.count && train.bad.count == starts - 1)
        return (train.paths, images)
      }
      let kept = (0..<12).filter { $0 != 2 && $0 != 7 }
      #expect(starts == 3 && paths == kept.map { all.paths[$0] } && images == kept.map { whole[$0] })
    }
  }

  @Test func `errors of other images, strict readings and too many lost images end it`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 4)
      #expect(throws: ImageError.changed(path: "elsewhere.png")) {
        try onPresent(store(root), nil) { _, _ in throw ImageError.changed(path: "elsewhere.png") }
      }
      let (strict, lax) = (try store(root, strict: true), try store(root))
      for index in 0..<3 { try removeFile(lax.folder.path(at: index)) }
      #expect(throws: ImageError.self) { try onPresent(strict, nil) { train, _ in _ = try train.image(0) } }
      #expect(throws: TooManyBadImages.self) {
        try onPresent(lax, nil) { train, _ in for index in 0..<3 { _ = try train.image(index) } }
      }
    }
  }

  @Test(
    "a picture deleted during a training is skipped to the end, its report included",
    arguments: [true, false])
  func training(isPatches: Bool) throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 30)
      let small =
        (isPatches ? PatchTrainingTests.small : TrainCommandTests.small + ["--epochs", "20"])
        .filter { $0 != "--no-report" }
      let victim = "\(root)/bag/\(names(in: "\(root)/bag")[3])"
      var isGone = false
      let ended = try siam(
        ["train", root, "-o", run, "--memory", "0"] + small,
        signal: (
          SIGINT,
          {
            guard !isGone, (try? fileExists("\(run)/config.json")) == true else { return false }
            isGone = (try? removeFile(victim)) != nil
            return false
          }
        ))
      #expect(isGone && ended.code == 0, "\(ended)")
      #expect(try fileExists("\(run)/report.html"))
      let skipped = String(decoding: try readFile("\(run)/skipped.txt"), as: UTF8.self)
      #expect(skipped.hasPrefix("bag/") && skipped.filter { $0 == "\n" }.count == 1)
      #expect(ended.output.contains("of the other 72") || ended.output.contains("the other 71 pictures"))
      let again = try siam(["eval", run, "--train", root, "--k", "1"])
      #expect(again.code == 0 && again.errors.isEmpty)
    }
  }
}
