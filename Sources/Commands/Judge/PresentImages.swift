import SiamDatasets
import SiamImages

/// Does work that needs every image of some stores, on those that are there.
///
/// When an image turns out to be lost the work begins again without it, so that each of its numbers is about the same images;
/// what was lost is said on standard error.
/// - Throws: what `work` throws, but `ImageError` only if it is of no image of these stores, or if the reading is strict;
///   `TooManyBadImages`.
func onPresent<Result>(
  _ stores: [ImageStore], _ work: ([ImageStore]) throws -> Result
) throws -> Result {
  var stores = stores.map(\.present)
  while true {
    do {
      let result = try work(stores)
      for line in stores.flatMap(notes(onLost:)) { Output.error.line(line) }
      return result
    } catch let error as ImageError {
      for store in stores { try store.examine(error.path) }
      guard stores.contains(where: { !$0.lostImages.isEmpty }) else { throw error }
      for line in stores.flatMap(notes(onLost:)) { Output.error.line(line) }
      for store in stores { try store.requireEnough() }
      stores = stores.map(\.present)
    }
  }
}

/// The same for training images and, if there are any, test images.
func onPresent<Result>(
  _ train: ImageStore, _ test: ImageStore?, _ work: (ImageStore, ImageStore?) throws -> Result
) throws -> Result {
  try onPresent([train] + (test.map { [$0] } ?? [])) { stores in
    try work(stores[0], stores.count > 1 ? stores[1] : nil)
  }
}

/// Throws the error of the first image that is lost.
///
/// - Throws: `ImageError`.
func requireComplete(_ stores: ImageStore?...) throws(ImageError) {
  for store in stores { try store?.requireComplete() }
}
