import Foundation
import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct ReportCommandTests {
  @Test func `a page is written for runs, and never over another without consent`() throws {
    try withScratchFolder { scratch in
      let (train, run, page) = ("\(scratch)/in", "\(scratch)/run", "\(scratch)/a page.html")
      try copyImages(to: train, each: 4)
      let words = ["train", train, "-o", run, "--epochs", "1"] + TrainCommandTests.small
      try #require(try siam(words).code == 0)
      let ended = try siam(["report", run, "-o", page])
      #expect(ended.code == 0 && ended.errors.isEmpty)
      #expect(
        ended.output.hasPrefix("\(page): 1 run, ") && ended.output.hasSuffix(" MB; open it in a browser\n"))
      let written = try readFile(page)
      #expect(written.starts(with: "<!doctype html>".utf8))

      let again = try siam(["report", run, "-o", page])
      #expect(again.code == 73 && again.errors.contains("--overwrite"))
      #expect(try readFile(page) == written)
      #expect(try siam(["report", run, run, "-o", page, "--overwrite"]).code == 0)

      // Pictures that have moved.
      try FileManager.default.moveItem(atPath: train, toPath: "\(scratch)/moved")
      let lost = try siam(["report", run, "-o", page, "--overwrite"])
      #expect(lost.code == 64 && lost.errors.contains(train) && lost.errors.contains("--train"))
      #expect(
        try siam(["report", run, "-o", page, "--overwrite", "--train", "\(scratch)/moved"]).code == 0)
    }
  }

  @Test(
    "what is no run, or no page, is one line",
    arguments: [
      (["report", "-o", "x.html"], "RUN is required"),
      (["report", "missing", "-o", "x.html"], "no such run"),
      (["report", "missing", "-o", "x.txt"], "must end in .html"),
      (["report", "missing"], "-o FILE is required"),
    ])
  func refused(words: [String], message: String) throws {
    let ended = try siam(words)
    #expect(ended.code == 64 && ended.errors.contains(message))
    #expect(ended.errors.split(separator: "\n").count <= 2)
  }

  @Test func `a training ends with a report in its folder, unless it is told not to write one`() throws {
    try withScratchFolder { scratch in
      let (train, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: train, each: 4)
      let small = TrainCommandTests.small.filter { $0 != "--no-report" }
      let words = ["train", train, "-o", run, "--epochs", "1"] + small
      let ended = try siam(words)
      #expect(ended.code == 0 && ended.errors.isEmpty)
      #expect(ended.output.hasSuffix("\(run)/report.html: what was learned, to open in a browser\n"))
      #expect(try readFile("\(run)/report.html").starts(with: "<!doctype html>".utf8))

      // Both judge alike.
      let lines = ended.output.split(separator: "\n").filter {
        $0.hasPrefix("trained ") || $0.hasPrefix("raw ")
      }
      let judged = try siam(["eval", run, "--train", train])
      #expect(lines.count == 5 && lines.allSatisfy { judged.output.contains($0) })

      let silent = try siam(words + ["--no-report", "--overwrite"])
      #expect(silent.code == 0 && !silent.output.contains("report.html"))
      #expect(try !fileExists("\(run)/report.html"))
    }
  }

  @Test func `patch features and pictures without classes are reported too`() throws {
    try withScratchFolder { scratch in
      let (train, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: train, classes: [], each: 6)
      let small = PatchTrainingTests.small.filter { $0 != "--no-report" }
      let ended = try siam(["train", train, "-o", run] + small)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(ended.output.hasSuffix("\(run)/report.html: what was learned, to open in a browser\n"))
      let page = String(decoding: try readFile("\(run)/report.html"), as: UTF8.self)
      #expect(page.contains("Patch features") && page.contains("atoms of"))
    }
  }
}
