import SiamFiles
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

/// Labels from a table, through the real binary.
@Suite struct LabelOptionsTests {
  /// The pictures of class folders in one folder, and a table of their classes.
  private func flattened(_ root: String, to flat: String, classes: [String], each: Int) throws -> String {
    try copyImages(to: root, classes: classes, each: each)
    try makeFolder(flat)
    var table = "label,path\r\n"
    for name in classes {
      for (place, file) in names(in: "\(root)/\(name)").enumerated() {
        let path = "\(name)-\(10 + place).png"
        try writeFile("\(flat)/\(path)", readFile("\(root)/\(name)/\(file)"))
        table += "\(name),\(path)\r\n"
      }
    }
    return table
  }

  @Test func `a table judges as class folders do, and the run keeps it`() throws {
    try withScratchFolder { scratch in
      let (root, flat, file) = ("\(scratch)/in", "\(scratch)/flat", "\(scratch)/labels.csv")
      let table = try flattened(root, to: flat, classes: ["bag", "trouser"], each: 20)
      try writeFile(file, table)
      func trained(_ from: String, _ run: String, _ more: [String] = []) throws -> Ended {
        try siam(["train", from, "-o", "\(scratch)/\(run)"] + PatchTrainingTests.small + more)
      }
      let plain = try trained(root, "plain")
      let labelled = try trained(flat, "labelled", ["--labels", file])
      #expect(labelled.code == 0 && labelled.errors.isEmpty, "\(labelled.errors)")
      #expect(labelled.output.contains("40 pictures in 2 classes"))
      // The same pictures in the same order: the same bits and the same table.
      let encoders = try ["plain", "labelled"].map { try readFile("\(scratch)/\($0)/encoder.safetensors") }
      let isSame = encoders[0] == encoders[1]
      #expect(isSame)
      func rows(_ ended: Ended) -> [Substring] {
        ended.output.split(separator: "\n").filter { $0.hasPrefix("trained") || $0.hasPrefix("raw ") }
      }
      #expect(rows(plain) == rows(labelled) && rows(plain).count > 1)

      // The run's own copy is used from here on, whatever becomes of the table.
      try writeFile(file, table.replacing("bag,bag-1", with: "trouser,bag-1"))
      let run = "\(scratch)/labelled"
      let asFolders = rows(try siam(["eval", "\(scratch)/plain", "--train", root]))
      let judged = try siam(["eval", run, "--train", flat])
      #expect(judged.code == 0 && rows(judged) == asFolders, "\(judged.errors)")
      let resumed = try siam(["train", flat, "-o", run, "--resume"])
      #expect(resumed.code == 0 && resumed.output.contains("already finished"), "\(resumed.errors)")
      let other = try siam(["train", flat, "-o", run, "--resume", "--labels", file])
      #expect(other.code == 64 && other.errors.contains("began with other labels, and keeps them"))
      let folders = try siam(["train", root, "-o", "\(scratch)/plain", "--resume", "--labels", file])
      #expect(folders.code == 64 && folders.errors.contains("began with class folders"), "\(folders.errors)")
      let changed = try siam(["eval", run, "--train", flat, "--labels", file])
      #expect(changed.code == 0 && rows(changed) != asFolders, "\(changed.errors)")

      // Test pictures have a table of their own, or class folders.
      let both = try siam(["eval", run, "--train", flat, "--test", flat, "--test-labels", file])
      #expect(both.code == 64 && both.errors.contains("would vote for themselves"), "\(both.errors)")
      #expect(try trained(flat, "other", ["--test-labels", file]).errors.contains("needs --test"))
      let report = try siam(["report", run, "-o", "\(scratch)/page.html"])
      #expect(report.code == 0, "\(report.errors)")
      #expect(String(decoding: try readFile("\(scratch)/page.html"), as: UTF8.self).contains("in 2 classes"))
    }
  }

  @Test func `pictures without a label are learned from, and judge nothing`() throws {
    try withScratchFolder { scratch in
      let (root, flat, file) = ("\(scratch)/in", "\(scratch)/flat", "\(scratch)/labels.csv")
      let table = try flattened(root, to: flat, classes: ["bag", "trouser"], each: 20)
      let some = table.split(separator: "\r\n").enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
      try writeFile(file, (some + ["bag,gone.png"]).joined(separator: "\r\n"))
      let (tests, testFile) = ("\(scratch)/tests", "\(scratch)/tests.csv")
      try makeFolder(tests)
      try writeFile("\(tests)/a.png", readFile("\(flat)/bag-12.png"))
      try writeFile("\(tests)/b.png", readFile("\(flat)/trouser-28.png"))
      try writeFile(testFile, "a.png,bag\nb.png,trouser\n")
      let run = "\(scratch)/run"
      let ended = try siam(
        ["train", flat, "-o", run, "--labels", file, "--test", tests, "--test-labels", testFile]
          + PatchTrainingTests.small)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output.contains("40 pictures (20 of them labelled) in 2 classes"), "\(ended.output)")
      #expect(ended.output.contains("bank: the 20 pictures of") && !ended.output.contains("40 pictures of"))
      #expect(
        ended.errors.contains("1 row is of a picture that does not exist\n  gone.png: line 22\n"),
        "\(ended.errors)")
      let judged = try siam(["eval", run, "--train", flat, "--test", tests, "--json"])
      #expect(
        judged.code == 0 && judged.output.contains("\"pictures\" : 20"), "\(judged.errors)\(judged.output)")

      let checked = try siam(["check", flat, "--labels", file, "--json"])
      for kind in ["unlabelled_pictures", "labels_without_pictures"] {
        #expect(checked.output.contains(kind), "\(checked.output)")
      }
      #expect(!checked.output.contains("conflicting_classes") && !checked.output.contains("no_classes"))
      let broken = try siam(["check", flat, "--labels", "\(scratch)/none.csv"])
      #expect(broken.code == 66 && broken.errors.contains("none.csv"), "\(broken.errors)")
    }
  }
}
