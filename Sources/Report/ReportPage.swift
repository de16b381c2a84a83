package import SiamFeatures
import SiamFiles
import SiamImages
import SiamTensors
package import SiamTraining

/// The page that shows one run or several side by side: one file, which needs no other.
package struct ReportPage: Sendable {
  /// The pictures that a page shows at most.
  package static let mostPictures = 10_000

  /// The whole page.
  package let html: String
  /// How each run was judged: the rows of `siam eval`, none without classes.
  package let rows: [[EvaluationRow]]
  /// The rows of view retrieval of each run without classes; none with them.
  package let retrievals: [[RetrievalRow]]

  /// Computes and writes everything on the page.
  ///
  /// - Parameters:
  ///   - votes, mapSide: how features are judged, as `siam eval` does.
  ///   - program: what the page says it was made by.
  ///   - progress: called with what is being done; may throw to stop.
  /// - Throws: `ImageError`, `FeatureError`, and what `progress` throws.
  /// - Precondition: at least one run.
  package init(
    _ runs: [ReportedRun], votes: [NearestNeighbourVote], mapSide: Int, program: String,
    mostPictures: Int = Self.mostPictures, progress: (String) throws -> Void = { _ in }
  ) throws {
    precondition(!runs.isEmpty, "a page without runs")
    var galleries: [Gallery] = []
    var places: [Int] = []
    let distinct = runs.indices.filter { index in
      !runs[..<index].contains { Gallery($0, limit: 1).shows(runs[index]) }
    }
    for run in runs {
      let known = galleries.firstIndex { $0.shows(run) }
      places.append(known ?? galleries.count)
      if known == nil { galleries.append(Gallery(run, limit: max(2, mostPictures / distinct.count))) }
    }
    let total = galleries.reduce(0) { $0 + $1.count }
    var (sheets, documents) = ([[UInt8]](), [GalleryDocument]())
    for gallery in galleries {
      let thumbnails = try ThumbnailSheets(gallery.sides, total: total) {
        try progress("thumbnails, \($0) of \(gallery.count)")
      }
      documents.append(GalleryDocument(gallery, thumbnails, firstSheet: sheets.count))
      sheets += thumbnails.sheets
    }
    let names = Self.names(runs)
    var (sights, runDocuments, retrievals) = ([[RunSight]](), [RunDocument](), [[RetrievalRow]]())
    for (index, run) in runs.enumerated() {
      let gallery = galleries[places[index]]
      func note(_ text: String) throws { try progress(runs.count > 1 ? "\(names[index]): \(text)" : text) }
      let encoders = try run.encoders()
      let own = try run.sights(of: gallery, by: encoders, votes: votes, mapSide: mapSide, progress: note)
      let retrieval =
        try gallery.isLabelled ? nil : RunRetrieval(run, by: encoders, mapSide: mapSide, progress: note)
      runDocuments.append(
        try RunDocument(run, name: names[index], gallery: places[index], of: gallery, own, retrieval))
      sights.append(own)
      retrievals.append(retrieval?.rows ?? [])
    }
    (rows, self.retrievals) = (sights.map { $0.flatMap(\.rows) }, retrievals)
    html =
      PageTemplate(
        title: "Siam: " + names.joined(separator: ", "), program: program,
        figures: RunFigures(runs, names: names, sights: sights),
        document: PageDocument(galleries: documents, runs: runDocuments), sheets: sheets
      ).html
  }

  /// The runs' names on the page: the last parts of their paths that tell them apart.
  private static func names(_ runs: [ReportedRun]) -> [String] {
    let parts = runs.map { run in
      (realPath(run.folder.path) ?? run.folder.path).split(separator: "/").map(String.init)
    }
    let longest = parts.map(\.count).max() ?? 1
    for count in 1...max(1, longest) {
      let names = parts.map { $0.suffix(count).joined(separator: "/") }
      if Set(names).count == names.count { return names.map(printable) }
    }
    return runs.enumerated().map { "\($0.offset + 1): \(printable($0.element.folder.path))" }
  }
}
