import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamTensors

/// Two views of each image of a folder on one thread, from a cache made for it. Measures making the cache, synced to
/// disk, an epoch after that, and ten epochs including making it.
func measureCache(
  of root: String, in cache: String, _ recipe: Recipe, size: Int, _ isExact: Bool, _ isJSON: Bool
) throws {
  let threads = threadCount
  threadCount = 1
  defer { threadCount = threads }
  let reduction = isExact ? nil : recipe.reduction(for: size)
  let folder = try ImageFolder(root)
  func read() throws -> ImageStore {
    try ImageStore(folder, reduction: reduction, cache: ImageCachePlace(cache))
  }
  if let use = try read().cacheUse { try removeFile(use.path) }
  let clock = ContinuousClock()
  let start = clock.now
  let store = try read()
  let making = (clock.now - start) / .seconds(1)

  let floats = Buffer(count: 3 * size * size)
  let each = perCall(store.count) { index in
    guard let image = try? store.image(index) else { return }
    for view in 0..<2 {
      var generator = CounterGenerator(0, UInt64(index), UInt64(view))
      recipe.normalization.write(
        recipe.view(of: image, size: size, using: &generator), to: floats, at: 0)
    }
  }
  let (images, epochs) = (Double(store.count), 10.0)
  let ten = epochs * images / (making + epochs * images * each)
  if isJSON {
    print(
      "{\"name\": \"views/\(root), cached\", \"threads\": 1, \"making s\": \(making), "
        + "\"pictures/s\": \(1 / each), \"pictures/s of ten epochs\": \(ten)}")
  } else {
    print(
      "views/\(root), cached\tmaking it \(decimal(1e3 * making / images, places: 1)) ms a picture\t"
        + "then \(decimal(1e3 * each, places: 3)) ms, \(decimal(1 / each, places: 1)) pictures/s\t"
        + "ten epochs \(decimal(ten, places: 1)) pictures/s")
  }
}
