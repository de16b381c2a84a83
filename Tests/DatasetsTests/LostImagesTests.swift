import Glibc
import SiamAugmentations
import SiamFeatures
import SiamFiles
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@testable import SiamDatasets
@testable import SiamImages

@Suite struct LostImagesTests {
  /// A folder of twelve images in three classes, and a store that keeps none of them in memory.
  private func withStore(
    _ reading: ImageReading = ImageReading(maximumBadShare: 0.5),
    _ body: (_ root: String, _ store: ImageStore) throws -> Void
  ) throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 4)
      try body(root, try ImageStore(ImageFolder(root), reading: reading, memory: 0))
    }
  }

  private func path(_ store: ImageStore, _ index: Int) -> String {
    store.folder.path(at: store.entries[index])
  }

  /// Damages an image's file in a way, each of which is met by people.
  private func damage(_ path: String, _ way: String) throws {
    switch way {
    case "deleted": try removeFile(path)
    case "emptied": try writeFile(path, [] as [UInt8])
    case "cut short":
      let bytes = try readFile(path)
      try writeFile(path, Array(bytes.prefix(bytes.count / 2)))
    default:
      var image = try Image(contentsOf: path)
      image.pixels[100] ^= 1
      try writeFile(path, try image.pngBytes())
    }
  }

  private func rows(_ tensor: Tensor) -> [[Float]] {
    let each = tensor.count / tensor.shape[0]
    return (0..<tensor.shape[0]).map { Array(tensor.values[$0 * each..<($0 + 1) * each]) }
  }

  @Test(
    "an image that is gone or changed gives its place to a spare one, and every other keeps its views",
    arguments: ["deleted", "emptied", "cut short", "replaced"])
  func batch(way: String) throws {
    try withStore { _, store in
      let loader = ViewLoader(store, recipe: .grey, size: 16, batch: 4, seed: 3)
      let before = try loader.batch(of: [7, 2, 5, 9], epoch: 1, ViewRequest())
      let spare = try loader.batch(of: [0, 4], epoch: 1, ViewRequest())
      try damage(path(store, 2), way)
      try damage(path(store, 9), "deleted")
      for _ in 0..<2 {
        // 7 is in the batch already, so that 0 and 4 come next.
        let after = try loader.batch(of: [7, 2, 5, 9], epoch: 1, ViewRequest()) { [7, 0, 2, 4, 1] }
        #expect(after.indices == [7, 0, 5, 4])
        for view in 0..<2 {
          let (old, new, other) = (rows(before.views[view]), rows(after.views[view]), rows(spare.views[view]))
          #expect(new == [old[0], other[0], old[2], other[1]])
        }
      }
      #expect(Set(store.lostImages.map(\.path)) == Set([2, 9].map { store.paths[$0] }))
      // Without spare images the next one of the batch is drawn twice.
      #expect(try loader.batch(of: [9, 5, 2], epoch: 0, ViewRequest()).indices == [5, 5, 5])
      #expect(throws: ImageError.self) { try loader.batch(of: [9, 2], epoch: 0, ViewRequest()) }
    }
  }

  @Test func `an image that is only touched is the same`() throws {
    try withStore { _, store in
      let before = try store.image(3)
      try writeFile(path(store, 3), try before.pngBytes())
      #expect(try store.image(3) == before && store.lostImages.isEmpty)
    }
  }

  @Test func `rows of lost images are left out of tables, and the others are what they were`() throws {
    try withStore { _, store in
      func table() throws -> [[Float]] {
        let all = ImageSubset(store)
        let images = try ViewLoader.images(all.indices, of: store, normalization: .grey, size: 8)
        return rows(Tensor([all.table(images.values).count, 8, 8, 3], all.table(images.values).vectors))
      }
      let before = try table()
      try damage(path(store, 0), "deleted")
      try damage(path(store, 6), "replaced")
      let after = try table()
      #expect(after == before.indices.filter { $0 != 0 && $0 != 6 }.map { before[$0] })
      #expect(ImageSubset(store).present.indices == (0..<12).filter { $0 != 0 && $0 != 6 })
      #expect(store.lostImages.map(\.reason).last == "its pixels are not those that it began with")
    }
  }

  @Test func `a strict reading ends at the first lost image, and any at too many of them`() throws {
    try withStore(ImageReading(isStrict: true)) { _, store in
      let loader = ViewLoader(store, recipe: .grey, size: 16, batch: 4, seed: 3)
      try damage(path(store, 1), "deleted")
      #expect(throws: ImageError.self) { try loader.batch(of: [1, 2], epoch: 0, ViewRequest()) { [3, 4] } }
      #expect(throws: ImageError.self) {
        try ViewLoader.images([0, 1], of: store, normalization: .grey, size: 8)
      }
    }
    try withStore(ImageReading(maximumBadShare: 0.1)) { _, store in
      let loader = ViewLoader(store, recipe: .grey, size: 16, batch: 4, seed: 3)
      try damage(path(store, 1), "deleted")
      #expect(try loader.batch(of: [1, 2], epoch: 0, ViewRequest()) { [3, 4] }.indices == [3, 2])
      try damage(path(store, 2), "emptied")
      let error = #expect(throws: TooManyBadImages.self) {
        try loader.batch(of: [1, 2], epoch: 0, ViewRequest()) { [3, 4] }
      }
      #expect(error?.count == 2 && error?.total == 12)
    }
  }

  @Test func `a run's images keep their numbers when some are missing, bad, changed or new`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 4)
      let raw = pathString([0x62, 0x61, 0x67, 0x2F, 0xFF, 0x09, 0x2E, 0x70, 0x6E, 0x67])
      try writeFile("\(root)/\(raw)", readFile("\(root)/coat/\(names(in: "\(root)/coat")[0])"))
      try writeFile("\(root)/bag/0.png", "bad from the beginning")
      let first = try ImageStore(ImageFolder(root), memory: 0)
      #expect(first.count == 13 && first.entries == Array(1..<14) && first.paths[4] == raw)
      let manifest = try #require(ImageManifest(text: first.manifest.text.utf8))
      #expect(manifest == first.manifest && manifest.fingerprint == first.fingerprint)

      try damage(path(first, 1), "deleted")
      try damage(path(first, 5), "emptied")
      try damage(path(first, 6), "replaced")
      try removeFile("\(root)/bag/0.png")
      try writeFile("\(root)/bag/00.png", readFile(path(first, 2)))
      let second = try ImageStore(
        ImageFolder(root), reading: ImageReading(maximumBadShare: 0.5), memory: 1 << 12)
      let resumed = second.continuing(manifest)
      #expect(resumed.fingerprint == first.fingerprint && resumed.entries == first.entries)
      #expect(resumed.paths == first.paths && resumed.labels == first.labels && resumed.bad.isEmpty)
      #expect(
        resumed.lostImages.map(\.reason) == [
          "missing since the run began", "an empty file, neither PNG nor JPEG",
          "its pixels are not those that it began with",
        ])
      #expect(resumed.lostImages.map(\.path) == [1, 5, 6].map { first.paths[$0] })
      for index in 0..<13 where ![1, 5, 6].contains(index) {
        #expect(try resumed.image(index) == first.image(index))
      }
      #expect(throws: ImageError.self) { try resumed.image(5) }
    }
  }

  @Test(arguments: ["", "zz\ta\n", "-a\n", "-\t\\q\n"]) func `what is no manifest is none`(text: String) {
    #expect((ImageManifest(text: text.utf8) == nil) == !text.isEmpty)
  }

  @Test func `a cache does for images that are gone, and is made again when they are replaced`() throws {
    try withScratchFolder { scratch in
      let (root, place) = ("\(scratch)/in", ImageCachePlace("\(scratch)/cache"))
      try copyImages(to: root, each: 4)
      let folder = try ImageFolder(root)
      let made = try ImageStore(folder, memory: 0, cache: place)
      let found = try ImageStore(folder, memory: 0, cache: place)
      #expect(found.cacheUse?.state == .found && found.prints == made.prints)
      #expect(try found.manifest == made.manifest && found.manifest == ImageStore(folder).manifest)
      // Replaced by another image of the same size, with the old time: only the time of the change shows it.
      let (one, other) = (path(made, 0), path(made, 1))
      let padded = max(try readFile(one).count, try readFile(other).count)
      for name in [one, other] {
        let bytes = try readFile(name)
        try writeFile(name, bytes + [UInt8](repeating: 0, count: padded - bytes.count))
      }
      func setTime() {
        let times = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
        unsafe #expect(utimensat(AT_FDCWD, one, times, 0) == 0)
      }
      setTime()
      let now = try ImageStore(folder, memory: 0, cache: place)
      try writeFile(one, readFile(other))
      setTime()
      #expect(try now.image(0) == made.image(0))
      let later = try ImageStore(folder, memory: 0, cache: place)
      #expect(try later.cacheUse?.state == .made && later.image(0) == later.image(1))
    }
  }
}
