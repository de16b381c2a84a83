import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The options of all commands that read whole folders: threads, memory, cache, and decoding.
struct ReadingOptions: Equatable {
  let threads: Int?
  /// Megabytes of decoded images to keep in memory.
  let memory: Int?
  /// The cache of decoded images across runs.
  let cache: ImageCachePlace?
  private(set) var images: ImageOptions

  static let defaultMemory = 512

  /// - Parameter followsRun: whether options not given follow those of a run.
  init(_ arguments: inout Arguments, followsRun: Bool = false) throws(UsageError) {
    threads = try threadsOption(&arguments)
    memory = try arguments.option(
      "--memory", value: "MB", otherwise: "\(Self.defaultMemory)", in: .from(0, through: 1_000_000),
      help: "megabytes of decoded pictures to keep in memory; the rest are read again when needed")
    let folder = try arguments.option(
      "--cache", value: "FOLDER", as: String.self, otherwise: "none",
      help:
        "keep all decoded pictures in a file in FOLDER, remade when the pictures change, so that they are decoded once "
        + "for all epochs and runs; takes about 1 to 3 MB for a large photograph")
    let limit = try arguments.option(
      "--cache-limit", value: "MB", otherwise: "none", in: .from(0, through: 1_000_000_000),
      help: "megabytes of pictures to keep there; the rest are decoded again when needed")
    if limit != nil && folder == nil { throw UsageError("--cache-limit needs --cache FOLDER") }
    cache = folder.map { ImageCachePlace($0, limit: limit.map { $0 << 20 } ?? .max) }
    images = try ImageOptions(&arguments, followsRun: followsRun)
  }

  /// The same, with options not given taken from the run, if it is one.
  ///
  /// - Parameter run: a run folder, the encoder that it kept of an epoch, or an encoder's file, which does not know how images
  ///   were read.
  /// - Throws: `CheckpointError` when the run's `config.json` is damaged.
  func following(run: String) throws -> ReadingOptions {
    guard let folder = try runFolder(of: run), try isFolder(run) || folder.keeps(run) else { return self }
    var result = self
    result.images.follow(try folder.record().reading)
    return result
  }

  func useThreads() { use(threads: threads) }

  /// Reads a folder, with progress on the live line, and says on standard error what was left out.
  ///
  /// - Throws: also `Interrupted`.
  func store(
    _ root: String, labels: LabelTable? = nil, for configuration: TrainingConfiguration? = nil,
    showing live: inout LiveLine
  ) throws -> ImageStore {
    try readImages(
      try ImageFolder(root, images.reading.rules, labels: labels), images.reading, for: configuration,
      memory: memory ?? Self.defaultMemory,
      cache: cache,
      showing: &live)
  }
}

/// Reads a folder, with progress on the live line, and says on standard error what was left out. For a configuration its
/// images are reduced as the views allow.
func readImages(
  _ folder: ImageFolder, _ reading: ImageReading, for configuration: TrainingConfiguration?,
  memory: Int, cache: ImageCachePlace?, showing live: inout LiveLine
) throws -> ImageStore {
  let total = folder.entries.count
  useMemory(for: "reading the pictures of \(printable(folder.root))")
  let store = try profiled("reading the pictures") {
    try ImageStore(
      folder, reading: reading, reduction: configuration?.reduction, memory: memory << 20, cache: cache
    ) { done in
      try Interruption.check()
      live.show("\(printable(folder.root)): reading pictures, \(done) of \(total)")
    }
  }
  live.erase()
  for line in notes(on: folder, bad: store.bad) + notes(onTornCopiesIn: store) { Output.error.line(line) }
  if let use = store.cacheUse { Output.error.line(note(on: use, images: store.count)) }
  return store
}

/// "cache/images-0123456789abcdef.cache: 4000 images, 12.3 MB, made".
private func note(on use: ImageCacheUse, images: Int) -> String {
  let path = printable(use.path)
  let held = use.images == images ? count(images, "picture") : "\(use.images) of \(images) pictures"
  return switch use.state {
  case .made: "\(path): \(held), \(fixed(Double(use.bytes) / 1e6, 1)) MB, made"
  case .found: "\(path): \(held), \(fixed(Double(use.bytes) / 1e6, 1)) MB, up to date"
  case .busy: "\(path): another process is making it; continuing without it"
  }
}

extension ImageStore {
  /// "images/train: 4000 images in 10 classes, 2 of them flawed".
  var summary: String {
    let classes = classesInUse.count
    let labelled = ImageSubset(labelledOf: self).count
    var text = "\(printable(folder.root)): \(SiamCommands.count(count, "picture")) "
    if classes > 0, labelled < count { text += "(\(labelled) of them labelled) " }
    text += classes == 0 ? "without classes" : "in \(SiamCommands.count(classes, "class", plural: "classes"))"
    if flawed > 0 { text += "; \(flawed) decoded with warnings" }
    if rotated > 0 { text += "; \(rotated) with an orientation that --turn would apply" }
    return text
  }
}
