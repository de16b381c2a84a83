import Foundation
import TestSupport
import Testing

@testable import SiamCommands
@testable import SiamTensors

@Suite struct ProfileTableTests {
  @Test func `a profiled training says where its time went, all of it and no more`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 8)
      let words = [
        "train", "\(scratch)/in", "-o", "\(scratch)/run", "--method", "simsiam", "--epochs", "2",
        "--knn-every", "1",
      ]
      let start = Date()
      let ended = try siam(words + TrainCommandTests.small + ["--profile"])
      let wall = Date().timeIntervalSince(start)
      #expect(ended.code == 0)
      let lines = ended.errors.split(separator: "\n")
      #expect(lines.first?.hasPrefix("where the time went") == true && lines.count > 2)
      var seconds: [String: Double] = [:]
      for line in lines.dropFirst(2) {
        // The name, then at least two spaces before each number.
        let cells = line.replacingOccurrences(of: "  ", with: "\t").split(separator: "\t").map {
          $0.trimmingCharacters(in: .whitespaces)
        }
        try #require(cells.count == 6)
        seconds[cells[0]] = (Double(cells[2]) ?? .nan) + (Double(cells[3]) ?? 0)
      }
      let wanted = [
        "reading the pictures", "views: decode", "views: augment", "views: to floats", "encoder.0",
        "encoder.1", "encoder.2", "encoder.3", "projector.0.linear", "projector.1.norm",
        "predictor.0.linear", "predictor.1.linear", "loss", "optimiser", "gauges", "online k-NN",
        "checkpoint",
        "comparison", "rest", "all",
      ]
      for name in wanted { #expect(seconds[name]?.isFinite == true, "\(name) in \(ended.errors)") }
      let all = try #require(seconds["all"])
      let sum = seconds.filter { $0.key != "all" }.reduce(0) { $0 + $1.value }
      #expect(abs(sum - all) < 0.001 * Double(seconds.count) && all <= wall)

      let plain = try siam(words + TrainCommandTests.small + ["--overwrite"])
      #expect(plain.code == 0 && plain.errors.isEmpty)
    }
  }

  @Test func `a training that never began has no table`() throws {
    try withScratchFolder { scratch in
      let ended = try siam(["train", "\(scratch)/missing", "-o", "\(scratch)/run", "--profile"])
      #expect(ended.code == 64 && ended.errors.contains("missing: no such folder"))
      #expect(ended.errors.filter { $0 == "\n" }.count == 1)
    }
  }

  @Test func `the table's last rows are what no name has, and everything`() throws {
    let profile = Profile()
    profile.timed("a") { profile.timed("b", .backward) {} }
    let taken = profile.rows.reduce(0) { $0 + $1.seconds }
    let table = ProfileTable(rows: profile.rows, seconds: taken + 3).table
    #expect(table.rows.map(\.first) == [.text("a"), .text("b"), .text("rest"), .text("all")])
    #expect(table.rows[0][3] == .missing && table.rows[1][1] == .count(0))
    guard case .number(let rest, _) = table.rows[2][2] else {
      Issue.record("no rest")
      return
    }
    #expect(abs(rest - 3) < 1e-9)
  }
}
