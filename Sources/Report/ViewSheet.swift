import SiamAugmentations
import SiamDatasets
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

extension ReportedRun {
  /// A few pictures, spread over the folder, and views of them as the training's first epoch made them; nil for patch
  /// features and imported weights, which need none.
  ///
  /// - Throws: `ImageError`.
  func viewSheet(rows: Int = 5, views: Int = 7) throws(ImageError) -> Image? {
    if record.configuration.isPatches || record.configuration.imported != nil { return nil }
    let configuration = record.configuration
    let count = min(rows, train.count)
    var sheet: [[Image]] = []
    for row in 0..<count {
      let index = (2 * row + 1) * train.count / (2 * count)
      let (image, orientation) = (try train.image(index), train.orientation(index))
      sheet.append(
        [image.applying(orientation)]
          + (0..<views).map { view in
            var generator = CounterGenerator(
              configuration.seed, 1, UInt64(train.entries[index]), UInt64(view))
            return configuration.recipe.view(
              of: image, size: configuration.encoder.size, using: &generator
            ).applying(orientation)
          })
    }
    return ContactSheet(rows: sheet, cell: max(72, min(96, configuration.encoder.size))).image
  }
}
