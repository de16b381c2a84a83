import SiamDatasets
import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct ImageCacheTests {
  @Test func `a store out of a cache is the store that made it, without any picture being read`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/pictures"
      try copyImages(to: root, each: 4)
      let folder = try ImageFolder(root)
      try writeFile(folder.path(at: 1), "no picture")
      let plain = try ImageStore(folder)
      let place = ImageCachePlace("\(scratch)/new/cache")
      let made = try ImageStore(folder, cache: place)
      let found = try ImageStore(folder, cache: place)
      #expect(made.cacheUse?.state == .made && found.cacheUse?.state == .found)
      #expect(found.cacheUse?.images == 11 && (found.cacheUse?.bytes ?? 0) > 11 * 28 * 28 * 3)
      for store in [made, found] {
        #expect(
          store.fingerprint == plain.fingerprint && store.entries == plain.entries && store.bad == plain.bad)
        #expect(store.flawed == plain.flawed && store.rotated == plain.rotated)
      }
      // The pixels come out of the cache, for their files are gone.
      for entry in folder.entries.indices { try removeFile(folder.path(at: entry)) }
      for place in 0..<11 { #expect(try found.image(place) == plain.image(place)) }
      #expect(names(in: "\(scratch)/new/cache").count == 1)
    }
  }

  @Test func `another content, another way of reading and another folder have a cache of their own`() throws {
    try withScratchFolder { scratch in
      let (root, place) = ("\(scratch)/a", ImageCachePlace("\(scratch)/cache"))
      try copyImages(to: root, classes: [], each: 3)
      try copyImages(to: "\(scratch)/b", classes: [], each: 3)
      func state(_ root: String, _ reduction: Reduction? = nil) throws -> ImageCacheUse.State? {
        try ImageStore(ImageFolder(root), reduction: reduction, cache: place).cacheUse?.state
      }
      #expect(try state(root) == .made && state(root) == .found && state("\(scratch)/b") == .made)
      let reduction = Reduction(pixels: 14 * 14, side: 14)
      #expect(
        try state(root, reduction) == .made && state(root, reduction) == .found && state(root) == .found)
      #expect(names(in: place.folder).count == 3)
      var image = try Image(contentsOf: try ImageFolder(root).path(at: 0))
      image.pixels[5] ^= 1
      try writeFile(try ImageFolder(root).path(at: 0), try image.pngBytes())
      #expect(try state(root) == .made && state(root) == .found)
      #expect(try ImageStore(ImageFolder(root), cache: place).image(0) == image)
      try removeFile(try ImageFolder(root).path(at: 0))
      #expect(try state(root) == .made)
      #expect(names(in: place.folder).count == 3)
    }
  }

  @Test func `a cache cut short or damaged anywhere is made anew or its pictures are decoded again`() throws {
    try withScratchFolder { scratch in
      let (root, place) = ("\(scratch)/a", ImageCachePlace("\(scratch)/cache"))
      try copyImages(to: root, classes: [], each: 3)
      let folder = try ImageFolder(root)
      let plain = try ImageStore(folder)
      let path = try #require(try ImageStore(folder, cache: place).cacheUse?.path)
      let whole = try readFile(path)
      var states: [ImageCacheUse.State] = []
      // 16 bytes in, damage would make it a stranger's.
      for at in stride(from: 16, to: whole.count, by: 97) {
        for isCut in [false, true] {
          var bytes = whole
          if isCut { bytes.removeLast(whole.count - at) } else { bytes[at] ^= 0x10 }
          try writeFile(path, bytes)
          let store = try ImageStore(folder, cache: place)
          states.append(try #require(store.cacheUse?.state))
          #expect(!isCut || states.last == .made, "cut at \(at)")
          #expect(store.fingerprint == plain.fingerprint)
          for place in 0..<3 { #expect(try store.image(place) == plain.image(place), "byte \(at)") }
        }
      }
      // Damage among the pixels leaves the cache as it is, damage behind them does not.
      #expect(states.contains(.found) && states.count { $0 == .made } > states.count / 2)
    }
  }

  @Test func `what is no cache is refused and left as it is`() throws {
    try withScratchFolder { scratch in
      let (root, place) = ("\(scratch)/a", ImageCachePlace("\(scratch)/cache"))
      try copyImages(to: root, classes: [], each: 3)
      let folder = try ImageFolder(root)
      let path = try #require(try ImageStore(folder, cache: place).cacheUse?.path)
      try writeFile(path, "somebody's notes")
      #expect(throws: NotAnImageCache(path: path)) { try ImageStore(folder, cache: place) }
      #expect(try readFile(path) == Array("somebody's notes".utf8))
    }
  }

  @Test func `what another process is making is not waited for`() throws {
    try withScratchFolder { scratch in
      let (root, place) = ("\(scratch)/a", ImageCachePlace("\(scratch)/cache"))
      try copyImages(to: root, classes: [], each: 3)
      let folder = try ImageFolder(root)
      let path = try #require(try ImageStore(folder, cache: place).cacheUse?.path)
      try removeFile(path)
      let lock = try FileLock(path + ".lock")
      let store = try ImageStore(folder, cache: place)
      #expect(store.cacheUse?.state == .busy && store.count == 3)
      #expect(try store.image(2) == ImageStore(folder).image(2) && !fileExists(path))
      _ = consume lock
    }
  }

  @Test func `beyond the limit pictures are decoded when they are needed`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/a"
      try copyImages(to: root, classes: [], each: 3)
      let folder = try ImageFolder(root)
      let plain = try ImageStore(folder)
      let place = ImageCachePlace("\(scratch)/cache", limit: 2 * 28 * 28 * 3 + 1)
      for _ in 0..<2 {
        let store = try ImageStore(folder, cache: place)
        #expect(store.cacheUse?.images == 2 && store.count == 3)
        for place in 0..<3 { #expect(try store.image(place) == plain.image(place)) }
      }
    }
  }

  @Test func `a strict reading does not pass over the bad pictures of a cache`() throws {
    try withScratchFolder { scratch in
      let (root, place) = ("\(scratch)/a", ImageCachePlace("\(scratch)/cache"))
      try copyImages(to: root, each: 4)
      let folder = try ImageFolder(root)
      try writeFile(folder.path(at: 1), "no picture")
      _ = try ImageStore(folder, cache: place)
      #expect(throws: ImageError.self) {
        try ImageStore(folder, reading: ImageReading(isStrict: true), cache: place)
      }
      #expect(throws: TooManyBadImages.self) {
        try ImageStore(folder, reading: ImageReading(maximumBadShare: 0), cache: place)
      }
      #expect(try ImageStore(folder, cache: place).cacheUse?.state == .found)
    }
  }
}
