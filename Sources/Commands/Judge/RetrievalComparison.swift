import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamTraining

/// Features judged without classes, by view retrieval.
struct RetrievalComparison {
  let retrieval: ViewRetrieval
  private let readOuts: [ReadOut]
  private(set) var rows: [RetrievalRow] = []

  /// Nil for fewer than two images.
  init?(_ store: ImageStore, for encoder: TrainedEncoder, mapSide: Int) {
    guard let retrieval = ViewRetrieval(ImageSubset(store), recipe: encoder.configuration.recipe) else {
      return nil
    }
    (self.retrieval, readOuts) = (retrieval, [.average, .map(side: mapSide)])
  }

  /// Computes all rows.
  mutating func judge(_ features: ComparedFeatures, showing live: inout LiveLine) throws {
    rows = try retrieval.rows(
      of: features.encoders, beside: [features.raw] + features.baselines, readOuts: readOuts
    ) { name, done in
      try Interruption.check()
      live.show("view retrieval: \(name), \(done) of \(retrieval.total) pictures and views")
    }
    live.erase()
  }

  /// Takes the rows of a report, which judges by the same rules.
  mutating func take(_ rows: [RetrievalRow]) { self.rows = rows }

  /// Everything that is printed of it: what is counted, the table, and the verdict where no classes give another.
  func lines(of configuration: TrainingConfiguration, givingVerdict: Bool, within width: Int) -> [String] {
    let verdict = givingVerdict ? Verdict(rows) : nil
    let judged = verdict.map { [""] + wrapped($0.line(configuration), width: min(80, width)) } ?? []
    return header.flatMap { folded($0, to: width) } + [""] + table.lines(within: width) + judged
  }

  private var header: [String] {
    let (count, recipe) = (retrieval.images.count, retrieval.recipe)
    return [
      "view retrieval: how often a random view of a picture finds its own among \(count),",
      "the nearest by cosine, in % [95 % interval]; by chance \(fixed(100 / Double(count), 2))",
      "views: the recipe \(recipe.name); no classes are used",
    ]
  }

  private var table: Table {
    var table = Table([
      .init(title: "view retrieval by", key: "features"), .init(title: "D", key: "dimension"),
      .init(title: "found", key: "found"),
    ])
    for row in rows {
      table.append([
        .text(rowName(row.encoder, row.readOut)), .count(row.dimension), .percent(row.found),
      ])
    }
    return table
  }
}

extension RetrievalComparison {
  /// What `siam eval --json` prints of it.
  struct Report: Encodable {
    struct Row: Encodable {
      let features, readOut: String
      let dimension: Int
      let found: Comparison.Report.Accuracy

      enum CodingKeys: String, CodingKey {
        case features, dimension, found
        case readOut = "read_out"
      }
    }

    let root: String
    let images: Int
    let recipe: String
    let rows: [Row]

    enum CodingKeys: String, CodingKey {
      case root, recipe, rows
      case images = "pictures"
    }
  }

  var report: Report {
    Report(
      root: retrieval.images.store.folder.root, images: retrieval.images.count,
      recipe: retrieval.recipe.description,
      rows: rows.map {
        .init(
          features: $0.encoder, readOut: $0.readOut, dimension: $0.dimension, found: .init($0.found))
      })
  }
}
