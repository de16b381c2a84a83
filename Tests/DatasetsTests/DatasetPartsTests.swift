import SiamDatasets
import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct DatasetPartsTests {
  private func parts(_ classes: [String], within: [String] = []) throws -> DatasetParts? {
    var found: DatasetParts?
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      let inner = within.isEmpty ? [""] : within.map { "/\($0)" }
      for name in classes {
        for part in inner { try copyImages(to: "\(root)/\(name)\(part)", classes: [], each: 1) }
      }
      found = DatasetParts(of: try ImageFolder(root))
    }
    return found
  }

  @Test(
    "parts are known by their names, whatever the case, numbers and separators",
    arguments: [
      (["train", "test"], "train", "test"), (["Training", "validation"], "Training", "validation"),
      (["train2017", "val2017"], "train2017", "val2017"), (["held-out", "train"], "train", "held-out"),
      (["test_images", "train_images"], "train_images", "test_images"),
      (["images_train", "images-test"], "images_train", "images-test"),
      (["dev", "eval", "train", "cat"], "train", "dev"), (["unlabeled", "test"], "unlabeled", "test"),
      (["trainset", "TESTSET"], "trainset", "TESTSET"),
    ])
  func known(classes: [String], learning: String, judging: String) throws {
    let found = try #require(try parts(classes))
    #expect(found.place == .classes && found.learning == learning && found.judging == judging)
    #expect(found.names.count == classes.count { $0 != "cat" } && !found.hasClasses)
  }

  @Test(
    "classes are no parts",
    arguments: [
      ["cat", "dog"], ["train", "bus", "car"], ["test", "control"], ["valid", "invalid"],
      ["trainer", "tester"],
      ["images", "pictures"], ["contest", "attest"],
    ])
  func classes(names: [String]) throws { #expect(try parts(names) == nil) }

  @Test
  func `folders without images are no classes among the parts, and parts may have classes of their own`()
    throws
  {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in/train", each: 1)
      try makeFolder("\(scratch)/in/labels")
      #expect(try DatasetParts(of: ImageFolder("\(scratch)/in"))?.names == ["train"])
      try copyImages(to: "\(scratch)/in/val", after: 1, each: 1)
      #expect(try DatasetParts(of: ImageFolder("\(scratch)/in"))?.hasClasses == true)
    }
  }

  @Test func `a single part is one without a partner`() throws {
    let found = try #require(try parts(["train"]))
    #expect(found.names == ["train"] && found.judging == nil)
  }

  @Test func `parts within classes are another place`() throws {
    let found = try #require(try parts(["cat", "dog"], within: ["train", "test"]))
    #expect(found.place == .withinClasses && found.names.sorted() == ["test", "train"])
    #expect(try parts(["cat", "dog"], within: ["train"]) == nil)
    #expect(try parts(["cat", "dog"], within: ["2019", "2020"]) == nil)
  }
}
