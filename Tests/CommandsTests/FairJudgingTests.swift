import Foundation
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamCommands

/// What was learned from or votes is not judged by, through the real binary.
@Suite struct FairJudgingTests {
  /// A trained run on a folder of thirty pictures in three classes.
  private func withRun(_ body: (_ scratch: String, _ run: String, _ train: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 10)
      let words = ["train", "\(scratch)/in", "-o", "\(scratch)/run", "--method", "simclr", "--epochs", "1"]
      try #require(try siam(words + TrainCommandTests.small).code == 0)
      try body(scratch, "\(scratch)/run", "\(scratch)/in")
    }
  }

  private func refusal(_ words: [String]) throws -> String {
    let ended = try siam(words)
    #expect(
      ended.code == 64 && ended.output.isEmpty && ended.errors.filter { $0 == "\n" }.count == 1, "\(ended)")
    return ended.errors
  }

  @Test
  func `a test folder that is the bank, or holds it, or lies in it, is refused before anything is done`()
    throws
  {
    try withRun { scratch, run, train in
      try FileManager.default.createSymbolicLink(atPath: "\(scratch)/link", withDestinationPath: "in")
      try copyImages(to: "\(train)/bag/deep", classes: ["x", "y"], each: 0)
      try copyImages(to: "\(train)/bag/deep", classes: ["coat", "bag"], after: 10, each: 2)
      for test in [train, train + "/", "\(scratch)/./in", "\(scratch)/link", "\(train)/bag/deep"] {
        #expect(
          try refusal(["eval", run, "--train", train, "--test", test]).contains("vote for themselves"),
          "\(test)")
        #expect(
          try refusal(["train", train, "-o", "\(scratch)/new", "--test", test]).contains(
            "vote for themselves"))
        #expect(
          try refusal(["report", run, "-o", "\(scratch)/r.html", "--test", test]).contains(
            "vote for themselves"))
        #expect(
          try refusal(["lab", "features", train, "-o", "\(scratch)/lab", "--test", test]).contains(
            "vote for themselves"))
      }
      #expect(
        try refusal(["eval", run, "--train", "\(train)/bag/deep", "--test", train]).contains("themselves"))
      for name in ["new", "r.html", "lab"] { #expect(try !fileExists("\(scratch)/\(name)")) }
      // What --exclude leaves out of the bank may judge.
      let apart = try siam(
        ["eval", run, "--train", train, "--test", "\(train)/bag/deep", "--exclude", "bag/deep", "--k", "1"])
      #expect(apart.code == 0 && apart.output.contains("queries: the 4 pictures of"), "\(apart)")
    }
  }

  @Test func `copies across both folders judge nothing, and are told`() throws {
    try withRun { scratch, run, train in
      let test = "\(scratch)/test"
      try copyImages(to: test, each: 10)
      for words in [
        ["eval", run, "--train", train, "--test", test],
        ["train", train, "-o", "\(scratch)/new", "--test", test],
        ["lab", "features", train, "-o", "\(scratch)/lab", "--test", test],
      ] {
        #expect(try refusal(words).contains("are in \(train) too, pixel for pixel"), "\(words)")
      }
      try copyImages(to: test, after: 10, each: 4)
      let ended = try siam(["eval", run, "--train", train, "--test", test, "--k", "1"])
      #expect(ended.code == 0 && ended.output.contains("queries: the 12 pictures of \(test)"), "\(ended)")
      #expect(ended.output.contains("30 more have the pixels of pictures in the bank"))
      let json = try siam(["eval", run, "--train", train, "--test", test, "--json"])
      #expect(json.output.contains("\"copies_left_out\" : 30"))
      let words = [
        "train", train, "-o", "\(scratch)/new", "--test", test, "--method", "simclr", "--epochs", "1",
      ]
      let trained = try siam(words + TrainCommandTests.small)
      #expect(trained.code == 0 && trained.output.contains("30 more have the pixels of pictures in the bank"))
    }
  }

  @Test func `queries that the run learned from are told, and near copies, and pictures in two classes`()
    throws
  {
    try withRun { scratch, run, train in
      let (bank, test) = ("\(scratch)/bank", "\(scratch)/test")
      try copyImages(to: bank, after: 10, each: 5)
      try copyImages(to: test, after: 8, each: 2)
      let ended = try siam(["eval", run, "--train", bank, "--test", test, "--k", "1"])
      #expect(ended.code == 0)
      #expect(
        ended.errors.contains("\(test): 6 of 6 pictures \(run) learned from, though without classes"),
        "\(ended)")
      let name = names(in: "\(bank)/coat")[0]
      var paler = try Image(contentsOf: "\(bank)/coat/\(name)")
      for index in paler.pixels.indices { paler.pixels[index] = UInt8(Double(paler.pixels[index]) * 0.9) }
      try writeFile("\(test)/coat/paler.png", paler.pngBytes())
      try writeFile("\(bank)/bag/\(name)", readFile("\(bank)/coat/\(name)"))
      let near = try siam(["eval", run, "--train", bank, "--test", test, "--k", "1"])
      #expect(near.errors.contains("1 picture has a near copy in \(bank)"), "\(near.errors)")
      #expect(near.errors.contains("\(bank): 1 picture is in several classes, pixel for pixel"))
    }
  }

  @Test func `parts of a data set are no classes`() throws {
    try withRun { scratch, run, _ in
      let root = "\(scratch)/set"
      try copyImages(to: "\(root)/train", each: 4)
      try copyImages(to: "\(root)/test", after: 4, each: 4)
      for words in [
        ["train", root, "-o", "\(scratch)/new"], ["eval", run, "--train", root],
        ["lab", "features", root, "-o", "\(scratch)/lab"],
      ] {
        let line = try refusal(words)
        #expect(line.contains("train and test are parts of a data set, not classes"), "\(line)")
        #expect(line.contains("learn from \(root)/train and judge by --test \(root)/test"), "\(line)")
      }
      let told = "\(root): test, train: named like the parts of a data set, and taken as classes"
      let exported = try siam(["export", run, root, "-o", "\(scratch)/f.npy"])
      #expect(exported.code == 0 && exported.errors.contains(told), "\(exported)")
      let words = [
        "train", "\(root)/train", "-o", "\(scratch)/new", "--test", "\(root)/test", "--epochs", "1",
      ]
      #expect(try siam(words + ["--method", "simclr"] + TrainCommandTests.small).code == 0)
    }
  }

  @Test func `a folder of copies alone is trained on without k-NN`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 1)
      for name in ["bag", "coat", "trouser"] {
        let file = names(in: "\(scratch)/in/\(name)")[0]
        for copy in 0..<9 {
          try writeFile("\(scratch)/in/\(name)/\(copy).png", readFile("\(scratch)/in/\(name)/\(file)"))
        }
      }
      let words = ["train", "\(scratch)/in", "-o", "\(scratch)/run", "--method", "simclr", "--epochs", "1"]
      let ended = try siam(words + TrainCommandTests.small.filter { $0 != "--no-report" })
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.errors.contains("every picture that could judge has its pixels among those that vote"))
      #expect(ended.output.contains("view retrieval by") && ended.output.contains("report.html"))
      let refused = try siam(["eval", "\(scratch)/run", "--train", "\(scratch)/in"])
      #expect(refused.code == 64 && refused.errors.contains("siam duplicates lists them"), "\(refused)")
    }
  }

  @Test func `a sheet is not written among the pictures that it shows`() throws {
    try withRun { scratch, run, train in
      try copyImages(to: "\(scratch)/flat", classes: [], each: 4)
      let photo = "\(train)/bag/\(names(in: "\(train)/bag")[0])"
      for words in [
        ["preview", train, "-o", "\(train)/sheet.png"], ["preview", train, "-o", "\(train)/coat/sheet.png"],
        ["preview", "\(scratch)/flat", "-o", "\(scratch)/flat/../flat/sheet.png"],
        ["search", run, photo, "-o", "\(train)/sheet.png"],
        ["search", run, photo, "--in", "\(scratch)/flat", "-o", "\(scratch)/flat/sheet.png"],
      ] {
        let ended = try siam(words)
        #expect(ended.code == 73 && ended.errors.contains("would become one of the pictures of"), "\(ended)")
      }
      #expect(names(in: "\(scratch)/flat").count == 4)
      // Results would make a folder of pictures one of results.
      let lab = try siam(["lab", "scalar", "-o", "\(train)/coat", "--quick", "--overwrite"])
      #expect(lab.code == 73 && lab.errors.contains("holds pictures"), "\(lab)")
      // One that was written elsewhere and put among them is no picture either.
      #expect(try siam(["preview", train, "-o", "\(scratch)/sheet.png"]).code == 0)
      try writeFile("\(scratch)/flat/sheet.png", readFile("\(scratch)/sheet.png"))
      let exported = try siam([
        "export", run, "\(scratch)/flat", "-o", "\(scratch)/f.npy", "--max-bad", "0.5",
      ])
      #expect(
        exported.output.contains(": 4 x ") && exported.errors.contains("a sheet that Siam wrote"),
        "\(exported)")
    }
  }

  @Test func `a finished run is not asked about with other pictures`() throws {
    try withRun { scratch, run, train in
      let finished = "\(run): already finished, after 1 epoch\n"
      #expect(try siam(["train", train, "-o", run, "--resume"]).output == finished)
      try FileManager.default.moveItem(atPath: train, toPath: "\(scratch)/moved")
      #expect(try siam(["train", "\(scratch)/moved", "-o", run, "--resume"]).output == finished)
      try copyImages(to: train, after: 10, each: 10)
      try copyImages(to: "\(scratch)/other", after: 20, each: 10)
      for root in [train, "\(scratch)/other"] {
        let other = try siam(["train", root, "-o", run, "--resume"])
        #expect(
          other.code == 64 && other.output.isEmpty && other.errors.contains("the pictures differ"), "\(other)"
        )
      }
      #expect(try siam(["train", "\(scratch)/none", "-o", run, "--resume"]).code == 64)
    }
  }
}
