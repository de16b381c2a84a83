import Foundation
import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct EvalCommandTests {
  /// A trained run, its images, and some test images with a class of their own.
  private func withRun(_ body: (_ run: String, _ train: String, _ test: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      let (train, test, run) = ("\(scratch)/in", "\(scratch)/test", "\(scratch)/run")
      try copyImages(to: train, each: 10)
      try copyImages(to: test, classes: ["bag", "coat", "dress"], after: 10, each: 4)
      let words = ["train", train, "-o", run, "--epochs", "1"] + TrainCommandTests.small
      try #require(try siam(words).code == 0)
      try body(run, train, test)
    }
  }

  private struct Report: Decodable {
    struct Accuracy: Decodable { let value, low, high: Double, right, total: Int }
    struct Score: Decodable { let k: Int, accuracy: Accuracy, perClass: [String: Accuracy] }
    struct Row: Decodable { let features, readOut: String, dimension: Int, scores: [Score] }
    struct Side: Decodable { let root: String, pictures: Int, classes: [String] }
    let bank, queries: Side
    let heldOut: Bool
    let temperature: Double
    let unknownClasses: [String]
    let rows: [Row]
    let retrieval: Retrieval?
  }

  private struct Retrieval: Decodable {
    struct Row: Decodable { let features, readOut: String, dimension: Int, found: Report.Accuracy }
    let root: String, pictures: Int, recipe: String, rows: [Row]
  }

  private func report(_ ended: Ended) throws -> Report {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(ended.output.utf8))
  }

  @Test func `the table has nine rows, says what it compares, and names classes that the bank lacks`() throws
  {
    try withRun { run, train, test in
      let ended = try siam(["eval", run, "--train", train, "--test", test, "--k", "1,5,50", "--per-class"])
      #expect(ended.code == 0 && ended.errors.isEmpty)
      let lines = ended.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      #expect(
        lines.prefix(6) == [
          "bank: the 30 pictures of \(train)", "queries: the 12 pictures of \(test)",
          "raw pixels: the square in the middle at 16x16, normalize(grey)",
          "k-NN, cosine s, weights exp((s - 1) / 0.07): accuracy in % [95 % interval]",
          "k=50 is more than the bank has: all 30 vote",
          "classes without a picture in \(train), counted as wrong: dress",
        ])
      let table = try #require(lines.firstIndex { $0.hasPrefix("features ") })
      #expect(lines[table].split(separator: " ") == ["features", "D", "k=1", "k=5", "k=50"])
      #expect(lines[table + 1].hasPrefix("raw pixels 16x16    768  "))
      #expect(lines[table + 2].hasPrefix("pixel PCA 32x32      29  "))
      #expect(lines[table + 3].hasPrefix("HOG 32x32          1764  "))
      #expect(lines[table + 4].hasPrefix("untrained PCA        29  "))
      #expect(lines[table + 5].hasPrefix("untrained average    32  "))
      #expect(lines[table + 7].hasPrefix("trained PCA          29  "))
      #expect(lines[table + 9].hasPrefix("trained map 2x2     128  "))
      #expect(lines[table + 10].isEmpty)
      #expect(lines.filter { $0.hasPrefix("k=") && $0.hasSuffix("accuracy by class in %") }.count == 3)
      #expect(lines.filter { $0.hasPrefix("bag ") }.count == 3)
      #expect(lines[table...].allSatisfy { columns($0) <= 80 })
      // The same features by view retrieval, on the queries.
      let retrieval = try #require(lines.firstIndex { $0.hasPrefix("view retrieval by ") })
      #expect(lines[retrieval].split(separator: " ").suffix(2) == ["D", "found"])
      #expect(lines[retrieval - 4].hasSuffix("finds its own among 12,"))
      #expect(
        lines[(retrieval + 1)...].map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
          "raw pixels", "pixel PCA", "HOG 32x32", "untrained PCA", "untrained average", "untrained map",
          "trained PCA", "trained average", "trained map", "",
        ])
    }
  }

  @Test func `patch features stand beside raw pixels when they are asked for`() throws {
    try withRun { run, train, test in
      let ended = try siam(
        ["eval", run, "--train", train, "--test", test, "--k", "3", "--patches", "--json"])
      #expect(ended.code == 0)
      let report = try self.report(ended)
      #expect(
        report.rows.map(\.features).prefix(5) == [
          "raw pixels", "pixel PCA", "HOG", "patches", "untrained encoder",
        ])
      // No more components than the bank has directions.
      #expect(report.rows[3].dimension == 29 && report.rows[3].scores.map(\.accuracy.total) == [12])
    }
  }

  @Test func `the JSON holds everything, and the encoder's file alone serves as well`() throws {
    try withRun { run, train, test in
      let words = ["eval", "\(run)/encoder.safetensors", "--train", train, "--json", "--k", "1,3"]
      let ended = try siam(words + ["--test", test, "--temperature", "0.5"])
      #expect(ended.code == 0)
      let report = try self.report(ended)
      #expect(report.bank.pictures == 30 && report.queries.pictures == 12 && !report.heldOut)
      #expect(report.unknownClasses == ["dress"] && report.temperature == 0.5)
      #expect(report.rows.map(\.features).suffix(2) == ["trained encoder", "trained encoder"])
      #expect(report.rows.map(\.dimension) == [768, 29, 1764, 29, 32, 128, 29, 32, 128])
      for row in report.rows {
        #expect(row.scores.map(\.k) == [1, 3])
        for score in row.scores {
          #expect(score.accuracy.total == 12 && Set(score.perClass.keys) == ["bag", "coat"])
          // What belongs to no class of the bank is wrong.
          #expect(score.perClass.values.map(\.right).reduce(0, +) == score.accuracy.right)
          #expect(score.accuracy.low <= score.accuracy.value && score.accuracy.value <= score.accuracy.high)
        }
      }
      let retrieval = try #require(report.retrieval)
      #expect(retrieval.root == test && retrieval.pictures == 12)
      #expect(retrieval.rows.map(\.dimension) == [768, 29, 1764, 29, 32, 128, 29, 32, 128])
      #expect(retrieval.rows.allSatisfy { $0.found.total == 12 && $0.found.low <= $0.found.value })
      // Held out: the same queries every time, and the same numbers.
      let held = try siam(words)
      let heldReport = try self.report(held)
      #expect(heldReport.heldOut && heldReport.queries.pictures == 6 && heldReport.bank.pictures == 24)
      #expect(try siam(words + ["--threads", "1", "--memory", "0"]) == held)
    }
  }

  @Test func `what cannot be judged is one line and an exit code`() throws {
    try withRun { run, train, test in
      func refused(_ words: [String]) throws -> (code: Int32, line: String) {
        let ended = try siam(["eval"] + words)
        #expect(ended.output.isEmpty && ended.errors.filter { $0 == "\n" }.count == 1, "\(ended)")
        return (ended.code, ended.errors)
      }
      let missing = try refused(["\(run)-missing", "--train", train])
      #expect(missing.code == 64 && missing.line.contains("no such run"))
      let other = try refused([train, "--train", train])
      #expect(other.code == 66 && other.line.contains("not a run, or a run without an encoder yet"))
      #expect(try refused([run]).line.contains("--train ROOT is required"))
      #expect(try refused(["\(run)/config.json", "--train", train]).code == 65)
      try copyImages(to: "\(test)-flat", classes: [], each: 3)
      let flat = try refused([run, "--train", train, "--test", "\(test)-flat"])
      #expect(flat.code == 64 && flat.line.contains("no class folders"))
      let path = "\(run)/encoder.safetensors"
      var bytes = try readFile(path)
      bytes[bytes.count - 1] ^= 1
      try writeFile(path, bytes)
      let damaged = try refused([run, "--train", train])
      #expect(damaged.code == 65 && damaged.line.contains("damaged"))
    }
  }

  @Test func `pictures without classes are judged by view retrieval alone`() throws {
    try withRun { run, train, _ in
      let flat = "\(train)-flat"
      try copyImages(to: flat, classes: [], each: 9)
      let ended = try siam(["eval", run, "--train", flat])
      #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended)")
      let lines = ended.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      #expect(
        lines.prefix(4) == [
          "view retrieval: how often a random view of a picture finds its own among 9,",
          "the nearest by cosine, in % [95 % interval]; by chance 11.11",
          "views: the recipe grey; no classes are used", "",
        ])
      #expect(lines[13].hasPrefix("trained map 2x2 "))
      #expect(lines[14] == "" && lines[15].hasPrefix("verdict (view retrieval): trained "))
      let json = try siam(["eval", run, "--train", flat, "--test", flat, "--json"])
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let report = try decoder.decode([String: Retrieval].self, from: Data(json.output.utf8))
      #expect(report.keys.sorted() == ["retrieval"] && report["retrieval"]?.pictures == 9)
      #expect(report["retrieval"]?.rows.map(\.readOut).suffix(2) == ["average", "map 2x2"])
      // Options of the vote, and classes on one side only, are mistakes.
      for words in [["--per-class"], ["--patches"], ["--test", train]] {
        let refused = try siam(["eval", run, "--train", flat] + words)
        #expect(refused.code == 64 && refused.errors.contains("no class folders"), "\(refused)")
      }
      try copyImages(to: "\(train)-one", classes: [], each: 1)
      let one = try siam(["eval", run, "--train", "\(train)-one"])
      #expect(one.code == 64 && one.errors.contains("view retrieval needs two or more"), "\(one)")
    }
  }

  @Test func `an interruption ends it with 130 and no half a table`() throws {
    try withRun { _, train, _ in
      let run = "\(train)-run"
      try #require(
        try siam(["train", train, "-o", run, "--epochs", "1", "--batch", "10"]).code == 0)
      let start = Date()
      let ended = try siam(
        ["eval", run, "--train", dataPath("fashion-mini/train")],
        signal: (SIGINT, { Date().timeIntervalSince(start) > 0.3 }))
      #expect(ended == Ended(output: "", errors: "siam eval: interrupted\n", code: 130))
    }
  }
}
