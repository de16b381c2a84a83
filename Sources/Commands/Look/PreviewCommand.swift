import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamTensors

/// Writes a contact sheet of images and their views: `siam preview ROOT -o sheet.png`.
struct PreviewCommand: Command {
  static let name = "preview"
  static let summary = "Show some pictures of a folder and their augmented views on one sheet."
  static let details = """
    Each row is a picture, the original first and then its views. The pictures are spread over the folder, and so over \
    its classes. The same seed gives the same sheet. Everything stands upright on it, as the camera was held; views of \
    pictures that are stored turned are nevertheless made as siam train makes them, of the picture as it is stored unless \
    --turn is given.
    """
  static let examples = [
    UsageExample(
      "siam preview pictures -o sheet.png",
      "eight pictures with eight views of each"),
    UsageExample(
      "siam preview pictures -o sheet.png --recipe 'crop(0.2,1)|flip(0.5)|grey(0.2)'",
      "views by a recipe of your own"),
  ]

  let root, output: String
  let recipe: Recipe?
  let size, cell: Int?
  let rows, views: Int
  let seed: UInt64
  let overwrite: Bool
  let images: ImageOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    root = try arguments.positional("ROOT", help: "a folder of pictures, in folders of their classes or flat")
    output = try arguments.required(
      "--output", short: "-o", value: "FILE", help: "the sheet to write, a .png file")
    recipe = try arguments.option(
      "--recipe", otherwise: "chosen to suit the pictures", help: Recipe.argumentHelp)
    size = try arguments.option(
      "--size", value: "PIXELS", otherwise: "chosen to suit the pictures", in: .from(8, through: 1024),
      help: "the side of a view")
    cell = try arguments.option(
      "--cell", value: "PIXELS", otherwise: "the size, but at least 96", in: .from(8, through: 2048),
      help: "the side of a cell of the sheet; pictures are scaled to fit")
    rows = try arguments.option("--rows", default: 8, in: .from(1, through: 1000), help: "pictures")
    views = try arguments.option(
      "--views", default: 8, in: .from(1, through: 100), help: "views of each picture")
    seed = try arguments.option(
      "--seed", default: 1, help: "the random seed for the choice of pictures and for the views")
    overwrite = arguments.flag("--overwrite", help: "replace the sheet if it exists")
    images = try ImageOptions(
      &arguments, readsAll: false,
      turning: "make views of pictures turned as their EXIF orientation says, as siam train --turn does")
    try arguments.require(output, toEndIn: ".png")
  }

  func run() throws {
    try requireFree(output, overwrite: overwrite)
    removeAbandonedFiles(beside: output)
    useMemory(for: "the sheet of \(printable(root))")
    let folder = try ImageFolder(root, images.reading.rules)
    try requireOutside(output, folder)
    let sample = try ImageSample(of: folder, count: rows, seed: seed, reading: images.reading)
    for line in notes(on: folder, bad: sample.bad) { Output.error.line(line) }

    let size = size ?? sample.views.size()
    let recipe = recipe ?? sample.views.recipe(size: size).recipe
    let cell = cell ?? max(96, size)
    try requireSheet(
      rows: sample.indices.count, columns: views + 1, cell: cell, orElse: "lower --rows, --views or --cell")
    let sheet = ContactSheet(
      rows: try sample.indices.map { try row(of: folder, at: $0, recipe, size: size) }, cell: cell)
    try writeFile(output, try sheet.image.pngBytes(chunks: OwnMark.sheet.chunk))
    Output.standard.line(
      """
      \(printable(output)): \(count(sample.indices.count, "picture")), \(count(views, "view")) each
      recipe \(recipe), size \(size), seed \(seed)
      """)
  }

  /// An image and its views, each with its own random stream (epoch 0, image, view), reduced as for a training.
  private func row(of folder: ImageFolder, at index: Int, _ recipe: Recipe, size: Int) throws -> [Image] {
    var upright = images.decoding
    upright.appliesOrientation = true
    let whole = try folder.image(at: index, options: upright)
    let reading = images.reading.decoding(reducedTo: recipe.reduction(for: size))
    let stored = try folder.decoded(at: index, options: reading)
    let orientation = reading.appliesOrientation ? .upright : stored.orientation
    return [whole]
      + (0..<views).map { view in
        var generator = CounterGenerator(seed, 0, UInt64(index), UInt64(view))
        return recipe.view(of: stored.image, size: size, using: &generator).applying(orientation)
      }
  }
}
