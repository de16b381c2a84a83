import Foundation
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTraining
import TestSupport
import Testing

@testable import SiamReport

@Suite struct ReportPageTests {
  /// A short run on pictures in some class folders, or in none.
  static func run(
    on root: String, in folder: String, test: String? = nil, epochs: Int = 1
  ) throws -> ReportedRun {
    var configuration = TrainingConfiguration()
    configuration.encoder = EncoderConfiguration(preset: .tiny, width: 8, size: 16)
    (configuration.epochs, configuration.batch) = (epochs, 8)
    (configuration.dimension, configuration.hidden) = (16, 8)
    let run = RunFolder(folder)
    let session = try TrainingSession(configuration, on: ImageStore(ImageFolder(root)), in: run)
    try session.run(until: { false }, listener: { _ in })
    let test = try test.map { try ImageStore(ImageFolder($0)) }
    return try ReportedRun(
      run, run.record(), encoder: TrainedEncoder(contentsOf: run.encoder),
      train: ImageStore(ImageFolder(root)), test: test)
  }

  static let votes = [1, 20].map { NearestNeighbourVote(k: $0, temperature: 0.07) }

  static func page(_ runs: [ReportedRun], mostPictures: Int = 10_000) throws -> String {
    try ReportPage(runs, votes: votes, mapSide: 2, program: "siam test", mostPictures: mostPictures).html
  }

  /// The document that a page's script reads.
  struct Document: Decodable {
    struct Gallery: Decodable {
      let names, classes: [String]
      let total, firstQuery, sheets: Int
      let labels: String
    }
    struct Sight: Decodable {
      let name, nearest, components, neighbourhood, similarities: String
      let neighbours: Int
      let pairs, loneliest, mistakes: [[Double]]
      let confusion: [[Int]]
    }
    struct Row: Decodable {
      struct Score: Decodable { let value, low, high: Double, total: Int }
      let features: String, dimension: Int, scores: [Score]
    }
    struct Class: Decodable { let name: String, queries: Int }
    struct Run: Decodable {
      let name: String
      let gallery: Int
      let facts: [[String]]
      let warnings, columns: [String]
      let verdict: String?
      let rows: [Row]
      let perClass: [Class]
      let sights: [Sight]
      let clusters: [[Int]]
      let views, filters: String?
    }
    let galleries: [Gallery]
    let runs: [Run]
  }

  static func document(_ page: String) throws -> Document {
    let start = try #require(page.range(of: "id=\"data\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    return try JSONDecoder().decode(
      Document.self, from: Data(page[start.upperBound..<end.lowerBound].utf8))
  }

  @Test func `a page holds the judgement of siam eval, and everything of every picture`() throws {
    try withScratchFolder { folder in
      try copyImages(to: "\(folder)/in", each: 8)
      try copyImages(to: "\(folder)/test", after: 8, each: 3)
      let run = try Self.run(on: "\(folder)/in", in: "\(folder)/run", test: "\(folder)/test")
      let document = try Self.document(Self.page([run]))
      let (gallery, shown) = (document.galleries[0], document.runs[0])
      #expect(gallery.names.count == 33 && gallery.total == 33 && gallery.firstQuery == 24)
      #expect(gallery.classes == ["bag", "coat", "trouser"] && gallery.sheets == 1)
      #expect(shown.sights.map(\.name) == ["raw pixels", "untrained encoder", "trained encoder"])
      for sight in shown.sights {
        #expect(Data(base64Encoded: sight.nearest)?.count == 2 * 33 * sight.neighbours)
        #expect(Data(base64Encoded: sight.similarities)?.count == 33 * sight.neighbours)
        #expect(Data(base64Encoded: sight.components)?.count == 4 * 33)
        #expect(Data(base64Encoded: sight.neighbourhood)?.count == 4 * 33)
        #expect(sight.confusion.reduce(0) { $0 + $1[2] } == 9)
        let wrong = sight.confusion.filter { $0[0] != $0[1] }.reduce(0) { $0 + $1[2] }
        #expect(sight.mistakes.count == wrong && sight.mistakes.allSatisfy { $0[0] >= 24 })
      }
      #expect(shown.clusters.flatMap(\.self).sorted() == Array(0..<33))
      let evaluation = Evaluation(
        bank: ImageSubset(run.train), queries: ImageSubset(try #require(run.test)), votes: Self.votes)
      let rows = try evaluation.rows(of: run.encoder, named: "trained encoder")
      #expect(
        shown.rows.map(\.features).suffix(2) == ["trained encoder, average", "trained encoder, map 2x2"])
      #expect(
        shown.rows.suffix(rows.count).map { $0.scores.map(\.value) }
          == rows.map { $0.scores.map { 100 * $0.accuracy.value } })
      #expect(shown.views != nil && shown.filters != nil && shown.warnings.isEmpty)
    }
  }

  @Test func `pictures without classes get all that needs none`() throws {
    try withScratchFolder { folder in
      try copyImages(to: "\(folder)/all/x", each: 4)
      let run = try Self.run(on: "\(folder)/all/x/bag", in: "\(folder)/run")
      let document = try Self.document(Self.page([run]))
      #expect(document.galleries[0].classes.isEmpty && document.runs[0].perClass.isEmpty)
      let shown = document.runs[0]
      #expect(shown.columns == ["found"] && shown.rows.allSatisfy { $0.scores.map(\.total) == [4] })
      #expect(
        shown.rows.map(\.features).prefix(3) == ["raw pixels, 16x16", "pixel PCA, 32x32", "HOG, 32x32"])
      #expect(shown.verdict?.hasPrefix("verdict (view retrieval): trained ") == true)
      #expect(document.runs[0].sights.count == 3 && !document.runs[0].clusters.isEmpty)
      #expect(document.runs[0].sights.allSatisfy { $0.neighbours == 3 && $0.mistakes.isEmpty })
    }
  }

  @Test func `of too many pictures a sample is shown, always the same, and all are judged`() throws {
    try withScratchFolder { folder in
      try copyImages(to: "\(folder)/in", each: 10)
      let run = try Self.run(on: "\(folder)/in", in: "\(folder)/run")
      let pages = try (0..<2).map { _ in try Self.page([run], mostPictures: 12) }
      #expect(pages[0] == pages[1])
      let document = try Self.document(pages[0])
      #expect(document.galleries[0].names.count == 12 && document.galleries[0].total == 30)
      #expect(document.galleries[0].firstQuery == 6)
      #expect(document.runs[0].rows[0].scores[0].total == 6)
      #expect(document.runs[0].sights[0].confusion.reduce(0) { $0 + $1[2] } == 6)
    }
  }

  @Test func `runs on the same pictures share them, and names tell the runs apart`() throws {
    try withScratchFolder { folder in
      try copyImages(to: "\(folder)/in", each: 4)
      try copyImages(to: "\(folder)/other", each: 5)
      let runs = try ["a/run", "b/run"].map { name in
        try makeFolder("\(folder)/\(name.prefix(1))")
        return try Self.run(on: "\(folder)/in", in: "\(folder)/\(name)")
      }
      let third = try Self.run(on: "\(folder)/other", in: "\(folder)/third")
      let document = try Self.document(Self.page(runs + [third]))
      #expect(document.galleries.count == 2 && document.runs.map(\.gallery) == [0, 0, 1])
      #expect(document.runs.map(\.name).prefix(2) == ["a/run", "b/run"])
    }
  }

  @Test func `names of files and classes end no element and open none`() throws {
    try withScratchFolder { folder in
      let evil = "</script><img src=x onerror=alert(1)>&\"'{{data}}".replacingOccurrences(
        of: "/", with: "\u{2215}")
      try copyImages(to: "\(folder)/plain", each: 4)
      try makeFolder("\(folder)/in")
      for name in names(in: "\(folder)/plain") {
        try FileManager.default.moveItem(
          atPath: "\(folder)/plain/\(name)", toPath: "\(folder)/in/\(name)<!--<script>\u{202E}\(evil)")
      }
      let page = try Self.page([Self.run(on: "\(folder)/in", in: "\(folder)/run<b>")])
      #expect(!page.contains("<img src=x") && !page.contains("<!--<script>") && !page.contains("<b>"))
      #expect(!page.contains("\u{202E}"))
      let count = { (text: String) in page.components(separatedBy: text).count - 1 }
      #expect(count("<script") == count("</script>") && count("<script") == 3)
      let document = try Self.document(page)
      #expect(document.galleries[0].classes.allSatisfy { $0.contains("<!--<script>\\u{202e}") })
    }
  }

  @Test func `the page loads nothing, and its policy knows its own script and style`() throws {
    try withScratchFolder { folder in
      try copyImages(to: "\(folder)/in", each: 3)
      let page = try Self.page([Self.run(on: "\(folder)/in", in: "\(folder)/run")])
      #expect(page.contains("default-src 'none'; img-src data: blob:; "))
      for tag in ["style", "script"] {
        let start = try #require(page.range(of: "<\(tag)>"))
        let end = try #require(page.range(of: "</\(tag)>", range: start.upperBound..<page.endIndex))
        let text = String(page[start.upperBound..<end.lowerBound])
        #expect(page.contains("\(tag)-src 'sha256-\(SHA256.base64(of: text))'"))
      }
      for word in ["http://", "https://", "src=\"//", "@import", "url("] {
        let found = page.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "").contains(word)
        #expect(!found, "\(word)")
      }
    }
  }
}
