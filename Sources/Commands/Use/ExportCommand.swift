import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamMethods
import SiamNeuralNetworks
import SiamReport
import SiamTensors
import SiamTraining

/// Writes features: `siam export RUN ROOT -o features.npy`.
struct ExportCommand: Command {
  static let name = "export"
  static let summary = "Write a trained encoder's features for a folder of pictures."
  static let details = """
    The file is an array, a row for each picture: .npy for NumPy, .safetensors, .csv with path and class in front, or .npz \
    with paths and classes inside. Next to it, features.paths.txt and, with classes, features.labels.txt have a line for each row. \
    Files take their names only when they are complete.

    The vectors are as the encoder gives them, not scaled to length 1: their lengths differ from picture to picture (by a \
    factor of two is usual, around 1). Siam compares them by the cosine; where another program takes distances or inner \
    products, --normalize makes them so.

    With --pca, features.npy.pca.safetensors has the mean and directions from which every row follows. Two exports with the \
    same --pca-on have the same components.
    """
  static let examples = [
    UsageExample(
      "siam export runs/first pictures -o features.npy",
      "a row for each picture, for NumPy; paths and classes beside it"),
    UsageExample(
      "siam export runs/first pictures -o features.npz --pca 64 --normalize --dtype float16",
      "small vectors of length 1, with paths and classes in the same file"),
    UsageExample(
      "siam export runs/first/encoder.safetensors pictures -o features.csv",
      "the same as a table, from the encoder alone"),
    UsageExample(
      "siam export runs/first pictures --projector projector",
      "for TensorBoard's projector: tensorboard --logdir projector"),
    UsageExample("siam export runs/simclr --onnx encoder.onnx", "the network itself, for ONNX Runtime"),
  ]

  enum Kind: String, ArgumentChoice { case components, average, map }

  let trained: String
  let root, onnx, projector: String?
  let files: FeatureFiles?
  /// Nil for the encoder's preferred one.
  let readOut: ReadOut?
  let untrained, overwrite: Bool
  /// The images that the untrained encoder's statistics are measured on; nil for those of the run.
  let calibration: String?
  let form: FeatureForm
  let labels: LabelOptions
  let reading: ReadingOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    trained = try arguments.positional("RUN", help: "a run folder, or an encoder.safetensors")
    root = arguments.optionalPositional(
      "ROOT", help: "a folder of pictures, in folders of their classes or flat; only --onnx needs none")
    let output = try arguments.option(
      "--output", short: "-o", value: "FILE", as: String.self,
      otherwise: "required, unless --onnx or --projector is given",
      help: "the features: a "
        + FeatureFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ") + " file")
    onnx = try arguments.option(
      "--onnx", value: "FILE", as: String.self, otherwise: "none",
      help:
        "also write the network itself, an .onnx file for ONNX Runtime and others: pictures (N, 3, size, size), "
        + "bytes / 255, to its average")
    projector = try arguments.option(
      "--projector", value: "FOLDER", as: String.self, otherwise: "none",
      help: "also write the features for TensorBoard's projector: vectors, paths and classes, small pictures")
    let kind = try arguments.option(
      "--read-out", default: Kind.components,
      help:
        "of a network: principal components of its map, the mean of its last map, or that map averaged into cells"
    )
    let side = try arguments.option(
      "--map", value: "CELLS", default: EvalCommand.defaultMapSide, in: .from(1, through: 16),
      help: "cells per side of the map, with --read-out map")
    untrained = arguments.flag(
      "--untrained",
      help: "use the encoder before training, its normalisation statistics measured on pictures")
    calibration = try arguments.option(
      "--calibrate-on", value: "ROOT", as: String.self, otherwise: "the pictures that RUN learned from",
      help: "those pictures; exports that are compared need the same")
    form = try FeatureForm(&arguments)
    labels = try LabelOptions(
      &arguments, of: "ROOT", followsRun: true, unlabelled: "have an empty one")
    overwrite = arguments.flag("--overwrite", help: "replace the files if they exist")
    reading = try ReadingOptions(&arguments, followsRun: true)
    readOut =
      switch kind {
      case .components: nil
      case .average: .average
      case .map: .map(side: side)
      }
    do throws(FeatureError) {
      files = try output.map { path throws(FeatureError) in try FeatureFiles(path) }
    } catch {
      throw UsageError("--output \(error)")
    }
    try arguments.require(onnx, of: "--onnx", toEndIn: ".onnx")
    if arguments.isDeclaring { return }
    if calibration != nil, !untrained { throw UsageError("--calibrate-on needs --untrained") }
    if output == nil, onnx == nil, projector == nil { throw UsageError("-o FILE is required") }
    let of = output == nil && projector != nil ? "--projector FOLDER" : "-o FILE"
    if (output == nil && projector == nil) != (root == nil) {
      throw UsageError(
        root == nil ? "ROOT is required: the pictures that \(of) is for" : "ROOT needs -o FILE")
    }
    if onnx != nil, untrained { throw UsageError("--onnx is for the trained encoder, not with --untrained") }
  }

  func run() throws {
    Interruption.watch()
    reading.useThreads()
    for path in [files?.features, onnx].compactMap(\.self) {
      try requireFree(path, overwrite: overwrite)
      removeAbandonedFiles(beside: path)
    }
    for path in projectorFiles { try requireFree(path, overwrite: overwrite, makesFolder: true) }
    let encoder = try trainedEncoder(of: trained)
    if let onnx { try writeModel(encoder, to: onnx) }
    if let root { try writeFeatures(of: root, by: encoder) }
  }

  /// - Throws: `UsageError` for an encoder that is no network.
  private func writeModel(_ encoder: TrainedEncoder, to path: String) throws {
    guard let model = encoder.onnx, case .network(let network) = encoder.body else {
      throw UsageError("--onnx is for networks, and \(printable(trained)) holds patch features")
    }
    try writeFile(path, model)
    let side = encoder.configuration.encoder.size
    Output.standard.line(
      "\(printable(path)): pictures (N, 3, \(side), \(side)), bytes / 255, to features (N, \(network.dimension))"
    )
  }

  private func writeFeatures(of root: String, by encoder: TrainedEncoder) throws {
    var encoder = encoder
    let reading = try reading.following(run: trained)
    let labels = try labels.tables(of: runFolder(of: trained), train: root, test: nil).train
    var live = LiveLine(on: .error)
    let store = try reading.store(root, labels: labels, for: encoder.configuration, showing: &live)
    for path in projectorFiles { try requireOutside(path, store.folder) }
    var origin = encoder.configuration.encoderName
    if untrained {
      let calibration = try calibration ?? picturesForCalibration(of: trained)
      let known =
        calibration == root
        ? store : try reading.store(calibration, for: encoder.configuration, showing: &live)
      encoder = try encoder.untrained(calibratedOn: known)
      origin = "untrained encoder, its statistics measured on \(printable(calibration))"
    }
    useMemory(for: "the features of \(printable(root))")
    let images = ImageSubset(store)
    let rows = images.table([Float](repeating: 0, count: images.count), classOfOthers: "")
    for path in try files?.claimed(for: rows) ?? [] { try requireFree(path, overwrite: overwrite) }
    let vectors = try vectors(of: images, by: encoder, showing: &live)
    let fitted =
      try form.fitted.map { root in
        let store = try reading.store(root, for: encoder.configuration, showing: &live)
        return try self.vectors(of: ImageSubset(store), by: encoder, showing: &live)
      } ?? vectors
    let components = try form.principalComponents(of: fitted)
    let table = form.applied(to: vectors, by: components)
    try Interruption.check()
    let what =
      "\(table.count) x \(table.dimension), \(encoder.readOuts([readOut ?? encoder.preferred])[0].description) of the "
      + origin + form.description
    if let files {
      try files.write(table, as: form.element, components: components)
      let beside =
        [files.paths] + (table.labels == nil ? [] : [files.labels])
        + (components == nil ? [] : [files.components])
      Output.standard.line("\(printable(files.features)): \(what)")
      Output.standard.line("beside it: \(beside.map(printable).joined(separator: ", "))")
    }
    guard let projector else { return }
    let project = try Projector(table, of: images) { done in
      try Interruption.check()
      live.show("the projector's pictures: \(done) of \(images.count)")
    }
    live.erase()
    try makeFolder(projector)
    for (name, bytes) in project.files { try writeFile("\(projector)/\(name)", bytes) }
    Output.standard.line(
      "\(printable(projector)): \(what); tensorboard --logdir \(shellWord(projector)) shows it")
  }

  /// The files of the projector.
  private var projectorFiles: [String] {
    projector.map { folder in Projector.names.map { "\(folder)/\($0)" } } ?? []
  }

  /// - Throws: `FeatureError.notFinite` if the encoder has diverged.
  private func vectors(
    of images: ImageSubset, by encoder: TrainedEncoder, showing live: inout LiveLine
  ) throws -> FeatureTable {
    let vectors = try encoder.features(of: images, readOuts: [readOut ?? encoder.preferred]) { done in
      try Interruption.check()
      live.show("exporting: \(done) of \(images.count) pictures")
    }
    live.erase()
    for line in notes(onLost: images.store) { Output.error.line(line) }
    let table = images.table(vectors[0], classOfOthers: "")
    if let row = table.firstRowNotFinite { throw FeatureError.notFinite(row: row) }
    return table
  }
}
