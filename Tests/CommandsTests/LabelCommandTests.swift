import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct LabelCommandTests {
  @Test func `a few labels are carried over to the rest, with probabilities, and no picture moves`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, classes: ["bag", "trouser"], each: 40)
      try writeFile("\(root)/bag/=1,\"a.png", try readFile("\(root)/bag/\(names(in: "\(root)/bag")[0])"))
      try #require(try siam(["train", root, "-o", run] + PatchTrainingTests.small).code == 0)
      let before = names(in: "\(root)/bag")
      var table = "path,label\n"
      for (folder, label) in [("bag", "Tasche"), ("trouser", "Hose, lang")] {
        for name in names(in: "\(root)/\(folder)").filter({ !$0.hasPrefix("=") }).prefix(5) {
          table += "\(folder)/\(name),\"\(label)\"\r\n"
        }
      }
      let (from, out) = ("\(scratch)/labels.csv", "\(scratch)/out.csv")
      try writeFile(from, table)
      let words = ["label", run, root, "--from", from]
      let ended = try siam(words + ["-o", out, "--bound", "0.5"])
      #expect(
        ended.code == 0 && ended.output.contains("10 pictures with labels of 2 classes"), "\(ended.errors)")
      let records = try csvRecords(try readFile(out)).map(\.cells)
      #expect(records[0] == ["path", "label", "probability", "guess"] && records.count == 82)
      let rest = records.dropFirst().filter { !$0[2].isEmpty }
      #expect(rest.count == 71 && records.dropFirst().count { $0[2].isEmpty && $0[3].isEmpty } == 10)
      let right = rest.count { ($0[3] == "Tasche") == $0[0].contains("bag/") }
      #expect(right > 60)
      for record in rest { #expect(record[1] == (Double(record[2]) ?? 0 >= 0.5 ? record[3] : "unsure")) }
      #expect(names(in: "\(root)/bag") == before)

      // What it wrote can be read again, and printed instead.
      let again = try siam(["label", run, root, "--from", out, "--bound", "1"])
      #expect(again.code == 0 && again.output.hasPrefix("path,label,"), "\(again.errors)")
      #expect(try siam(words + ["-o", out]).code == 73)
      #expect(try siam(words + ["--bound", "1"]).output.contains(",unsure,"))
      for (text, message) in [
        ("bag/none.png,x", "line 1: bag/none.png: no such picture"), ("", "no labels"),
        ("\"a", "line 1: a quote"),
        ("\(before[1]),", "line 1: a path and a label"), ("bag/\(before[1]),x", "two classes or more"),
        ("bag/\(before[1]),x\nbag/\(before[1]),y", "line 2: "),
      ] {
        try writeFile(from, text)
        let refused = try siam(words)
        #expect(refused.code == 65 && refused.errors.contains(message), "\(text): \(refused.errors)")
      }
    }
  }
}
