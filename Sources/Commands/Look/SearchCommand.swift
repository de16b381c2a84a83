import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamTensors
import SiamTraining

/// Finds the pictures most like a photo: `siam search RUN PHOTO … [--in ROOT]`.
struct SearchCommand: Command {
  static let name = "search"
  static let summary = "Find the pictures of a folder that are most like a photo."
  static let details = """
    Pictures are compared by the cosine of a trained encoder's features: 1 for the same direction, near 0 for unrelated \
    ones. Every picture of the folder is compared. A photo that is itself in the folder is not among its own results.

    The features of the folder are kept in a file beside the run, so that the next search encodes only pictures that are \
    new or changed; after another training everything is encoded again.
    """
  static let examples = [
    UsageExample(
      "siam search runs/first photo.jpg --in pictures -o nearest.png",
      "the ten nearest pictures, as a list and on a sheet")
  ]
  private static let cell = 160

  let trained: String
  let photos: [String]
  let root, output: String?
  let k: Int
  let json, overwrite: Bool
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    trained = try arguments.positional("RUN", help: "a run folder, or an encoder.safetensors")
    photos = try arguments.positionals("PHOTO", help: "a PNG or JPEG file; each has a list of its own")
    root = try arguments.option(
      "--in", value: "ROOT", as: String.self, otherwise: "the pictures of the run",
      help: "the folder to search")
    k = try arguments.option(
      "--k", default: 10, in: .from(1, through: 100_000), help: "pictures to find for each photo")
    output = try arguments.option(
      "--output", short: "-o", value: "FILE", as: String.self, otherwise: "none",
      help: "a .png file with a row for each photo: the photo, then what was found, nearest first")
    json = arguments.flag("--json", help: "print everything as JSON instead")
    overwrite = arguments.flag("--overwrite", help: "replace the sheet if it exists")
    reading = try ReadingOptions(&arguments, followsRun: true)
    try arguments.require(output, toEndIn: ".png")
  }

  func run() throws {
    Interruption.watch()
    reading.useThreads()
    if let output {
      try requireFree(output, overwrite: overwrite)
      try requireSheet(
        rows: photos.count, columns: k + 1, cell: Self.cell, orElse: "lower --k, or give fewer photos")
      removeAbandonedFiles(beside: output)
    }
    let encoder = try trainedEncoder(of: trained)
    let reading = try reading.following(run: trained)
    let root = try root ?? picturesOfRun(trained)
    if let output { try requireOutside(output, ImageFolder(root, reading.images.reading.rules)) }
    var live = LiveLine(on: .error)
    let asked = try queries(by: encoder, reading)
    let known = try IndexedFeatures(of: root, by: encoder, of: trained, reading, showing: &live)
    live.erase()
    useMemory(for: "the search")
    let lists = try found(asked, in: known)
    if let output {
      let sheet = ContactSheet(rows: try pictures(lists, in: known, reading), cell: Self.cell)
      try writeFile(output, try sheet.image.pngBytes(chunks: OwnMark.sheet.chunk))
    }
    show(lists, in: known)
  }

  /// The features of the photos.
  ///
  /// - Throws: `ImageError` for the first that cannot be read.
  private func queries(by encoder: TrainedEncoder, _ reading: ReadingOptions) throws -> FeatureTable {
    let files = ImageFolder(of: photos)
    let reduction = encoder.configuration.reduction
    for index in photos.indices {
      _ = try files.decoded(at: index, options: reading.images.reading.decoding(reducedTo: reduction))
    }
    return try encoder.features(
      of: ImageStore(files, reading: reading.images.reading, reduction: reduction))
  }

  /// What was found for a photo: rows of the features, nearest first.
  private typealias Found = [(row: Int, similarity: Double)]

  private func found(_ asked: FeatureTable, in known: IndexedFeatures) throws -> [Found] {
    let own = photos.map { known.row(of: $0) }
    let k = k + (own.contains { $0 != nil } ? 1 : 0)
    let nearest = try NearestNeighbours(of: asked, in: known.table, k: k)
    return photos.indices.map { photo in
      let places = photo * nearest.k..<(photo + 1) * nearest.k
      let all = places.map { (row: nearest.indices[$0], similarity: nearest.similarities[$0]) }
      return Array(all.filter { $0.row != own[photo] }.prefix(self.k))
    }
  }

  /// The rows of the sheet, upright.
  private func pictures(
    _ lists: [Found], in known: IndexedFeatures, _ reading: ReadingOptions
  ) throws(ImageError) -> [[Image]] {
    let reduction = Reduction(pixels: Self.cell * Self.cell, side: Self.cell)
    var options = reading.images.reading.decoding(reducedTo: reduction)
    options.appliesOrientation = true
    let files = ImageFolder(of: photos)
    var rows: [[Image]] = []
    for (photo, list) in lists.enumerated() {
      rows.append([try files.image(at: photo, options: options)])
      for neighbour in list {
        rows[photo].append(
          try known.folder.image(at: known.entries[neighbour.row], options: options))
      }
    }
    return rows
  }

  private struct Report: Encodable {
    struct Photo: Encodable {
      let photo: String
      let nearest: [Picture]
    }

    struct Picture: Encodable {
      let picture: String
      let `class`: String?
      let similarity: Double
    }

    let run, root: String
    let pictures: Int
    let photos: [Photo]
  }

  private func show(_ lists: [Found], in known: IndexedFeatures) {
    if json {
      let report = Report(
        run: trained, root: known.folder.root, pictures: known.table.count,
        photos: zip(photos, lists).map { photo, list in
          Report.Photo(
            photo: photo,
            nearest: list.map {
              .init(picture: known.path($0.row), class: known.className($0.row), similarity: $0.similarity)
            })
        })
      Output.standard.line(JSON.text(report, isPretty: true))
      return
    }
    for (photo, list) in zip(photos, lists) {
      let hasClasses = known.labels != nil
      var table = Table(
        [.init(title: "similarity", key: "similarity")]
          + (hasClasses ? [.init(title: "class", key: "class")] : [])
          + [.init(title: "picture", key: "picture")])
      for (row, similarity) in list {
        table.append(
          [.number(similarity, places: 3)]
            + (known.className(row).map { [.text(shownName($0))] } ?? [])
            + [.text(printable(known.path(row)))])
      }
      Output.standard.line(
        "\(printable(photo)): the nearest of \(count(known.table.count, "picture")) in "
          + printable(known.folder.root))
      for line in table.lines { Output.standard.line("  " + line) }
      Output.standard.line()
    }
    if let output {
      Output.standard.line("\(printable(output)): the photo and its nearest, a row for each photo")
    }
  }
}
