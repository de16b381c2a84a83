import SiamDatasets
import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct FolderSurveyTests {
  @Test func `every entry is examined or told as bad, in order, on any number of threads`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 40)
      let folder = try ImageFolder(root)
      for place in [3, 70] { try writeFile(folder.path(at: place), "no picture") }
      try writeFile("\(root)/bag/notes.txt", "text")
      var counts: [Int] = []
      let survey = try FolderSurvey(ImageFolder(root)) { counts.append($0) }
      #expect(
        survey.results.count == 120 && survey.usable.map(\.entry) == (0..<120).filter { $0 != 3 && $0 != 70 })
      #expect(survey.bad == (try ImageStore(folder).bad) && counts == [64, 120])
      #expect(
        survey.others.map(\.kind) == ["an unknown kind of file"]
          && survey.others[0].paths == ["bag/notes.txt"])
      for (entry, image) in survey.usable { #expect(try image == folder.examined(at: entry)) }
      let alone = try withThreadCount(1) { try FolderSurvey(folder) }
      #expect(alone.usable.map(\.image) == survey.usable.map(\.image))
      struct Stop: Error {}
      #expect(throws: Stop.self) { try FolderSurvey(folder) { _ in throw Stop() } }
    }
  }
}
