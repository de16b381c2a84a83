import SiamDatasets
import SiamFiles
import SiamImages
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct ImageStoreTests {
  @Test func `pictures kept and pictures read again are the same, under the same fingerprint`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 4)
      let folder = try ImageFolder(root)
      let kept = try ImageStore(folder)
      // Room for two images of 28 x 28, so that both ways are met.
      let stores = try [0, 2 * 28 * 28 * 3].map { try ImageStore(folder, memory: $0) }
      #expect(kept.count == 12 && kept.labels == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
      for store in stores {
        #expect(store.fingerprint == kept.fingerprint && store.paths == kept.paths)
        for place in 0..<12 { #expect(try store.image(place) == kept.image(place)) }
      }
      try removeFile(folder.path(at: 3))
      #expect(try kept.image(3).width == 28)
      #expect(throws: ImageError.self) { try stores[0].image(3) }
    }
  }

  @Test func `bad pictures are left out and listed, and the others keep their place in the folder`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 4)
      let folder = try ImageFolder(root)
      try writeFile(folder.path(at: 1), "no picture")
      let store = try ImageStore(folder)
      #expect(store.entries == [0] + Array(2..<12) && store.labels?.count == 11)
      #expect(store.bad.items.map(\.path) == [folder.entries[1].path])
      #expect(throws: ImageError.self) { try ImageStore(folder, reading: ImageReading(isStrict: true)) }
      try writeFile(folder.path(at: 2), "no picture")
      #expect(throws: TooManyBadImages.self) { try ImageStore(folder) }
      #expect(try ImageStore(folder, reading: ImageReading(maximumBadShare: 0.2)).count == 10)
    }
  }

  @Test func `the fingerprint tells other names, pixels, numbers and ways of reading`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, classes: [], each: 3)
      func fingerprint() throws -> String { try ImageStore(ImageFolder(root)).fingerprint }
      let paths = try ImageFolder(root).entries.indices.map { try ImageFolder(root).path(at: $0) }
      var seen = [try fingerprint()]
      #expect(try fingerprint() == seen[0])
      // One sample of one image.
      var image = try Image(contentsOf: paths[0])
      image.pixels[100] ^= 1
      try writeFile(paths[0], try image.pngBytes())
      seen.append(try fingerprint())
      // The same images under other names: the first becomes the last.
      try writeFile("\(root)/z.png", readFile(paths[0]))
      try removeFile(paths[0])
      seen.append(try fingerprint())
      try removeFile("\(root)/z.png")
      seen.append(try fingerprint())
      #expect(Set(seen).count == 4, "\(seen)")
      #expect(seen[3].hasPrefix("2 "))
    }
  }

  @Test func `classes without a usable picture do not count, and a flat folder has no labels`() throws {
    try withScratchFolder { root in
      try copyImages(to: "\(root)/a", each: 2)
      try makeFolder("\(root)/a/dress")
      try writeFile("\(root)/a/dress/x.png", "no picture")
      let store = try ImageStore(ImageFolder("\(root)/a"), reading: ImageReading(maximumBadShare: 0.5))
      #expect(store.folder.classes == ["bag", "coat", "dress", "trouser"])
      #expect(store.classesInUse == ["bag", "coat", "trouser"] && store.labels == [0, 0, 1, 1, 3, 3])
      try copyImages(to: "\(root)/b", classes: [], each: 2)
      let flat = try ImageStore(ImageFolder("\(root)/b"))
      #expect(flat.labels == nil && flat.classesInUse.isEmpty && flat.count == 2)
    }
  }

  @Test func `what the progress throws stops the reading`() throws {
    struct Stop: Error {}
    try withScratchFolder { root in
      try copyImages(to: root, each: 2)
      let folder = try ImageFolder(root)
      #expect(throws: Stop.self) { try ImageStore(folder) { _ in throw Stop() } }
      var calls: [Int] = []
      _ = try ImageStore(folder) { calls.append($0) }
      #expect(calls.last == 6 && calls == calls.sorted())
    }
  }

  @Test func `for a person a picture is turned, even where the features see it as it is stored`() throws {
    try withScratchFolder { folder in
      for name in ["exif6.jpg", "exif1.jpg"] {
        try writeFile("\(folder)/\(name)", try readFile(dataPath("reference/pictures/\(name)")))
      }
      let store = try ImageStore(ImageFolder(folder))
      var options = DecodingOptions()
      options.appliesOrientation = true
      for index in 0..<2 {
        let path = "\(folder)/\(store.paths[index])"
        #expect(try store.upright(index) == Image(contentsOf: path, options: options))
        #expect(try store.image(index) == Image(contentsOf: path))
      }
      var turning = ImageReading()
      turning.appliesOrientation = true
      let turned = try ImageStore(ImageFolder(folder), reading: turning)
      #expect(try turned.upright(1) == turned.image(1) && turned.orientation(1) == .upright)
    }
  }
}
