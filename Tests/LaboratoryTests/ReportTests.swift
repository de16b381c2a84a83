import SiamFiles
import TestSupport
import Testing

@testable import SiamLaboratory

@Suite struct ReportTests {
  @Test func `names are unique and fit for folders`() {
    let names = allExperiments.map { $0.name }
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0 == "-" } && !$0.isEmpty })
    #expect(allExperiments.allSatisfy { !$0.summary.isEmpty && $0.summary.hasSuffix(".") })
  }

  @Test func `the toy's report holds every prediction and writes all its files`() throws {
    let report = try ScalarExperiment().run(Conditions(isQuick: true, seedCount: 2))
    #expect(report.findings.count == 7)
    for finding in report.findings {
      #expect(finding.verdict == .held, "\(finding.prediction) \(finding.measured)")
    }
    try withScratchFolder { folder in
      let files = try report.write(to: "\(folder)/new")
      #expect(
        names(in: "\(folder)/new")
          == ["accuracy.svg", "essay.svg", "noise.svg", "results.json", "results.md"])
      #expect(files.map { String($0.dropFirst(folder.count + 5)) }.sorted() == names(in: "\(folder)/new"))
      let text = String(decoding: try readFile("\(folder)/new/results.md"), as: UTF8.self)
      #expect(text.contains("Quick form, 2 seeds.") && text.contains("0.8062"))
      let json = String(decoding: try readFile("\(folder)/new/results.json"), as: UTF8.self)
      #expect(json.contains("\"experiment\" : \"scalar\"") && json.contains("\"verdict\" : \"held\""))
    }
  }
}
