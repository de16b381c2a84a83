import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct OwnMarkTests {
  private let image = Image(width: 3, height: 2, pixels: (0..<18).map { UInt8($0) })

  @Test(
    "a mark is read back, and changes no pixel",
    arguments: [OwnMark.sheet, .restored(iterations: 0), .restored(iterations: 1_000_000)])
  func roundTrip(mark: OwnMark) throws {
    let bytes = try image.pngBytes(chunks: mark.chunk)
    #expect(OwnMark(bytes) == mark && OwnMark(Array(bytes.prefix(128))) == mark)
    #expect(try Decoded(bytes.span, path: "x").image == image)
    #expect(try OwnMark(image.pngBytes()) == nil)
    for end in 0..<60 { _ = OwnMark(Array(bytes.prefix(end))) }
  }

  @Test func `a sheet is no picture of a folder, but a photo like others`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, classes: [], each: 2)
      try writeFile("\(root)/sheet.png", image.pngBytes(chunks: OwnMark.sheet.chunk))
      try writeFile("\(root)/back.png", image.pngBytes(chunks: OwnMark.restored(iterations: 3).chunk))
      let folder = try ImageFolder(root)
      let results = folder.entries.indices.map { index in
        Result { () throws(ImageError) in try folder.image(at: index) }
      }
      let refused = zip(folder.entries, results).filter { (try? $1.get()) == nil }.map(\.0.path)
      #expect(refused == ["sheet.png"])
      #expect(throws: ImageError.self) {
        _ = try folder.examined(at: try #require(folder.entries.firstIndex { $0.path == "sheet.png" }))
      }
      #expect(try ImageFolder(of: ["\(root)/sheet.png"]).image(at: 0) == image)
    }
  }

  @Test func `a folder of previews is Siam's own, one of numbered pictures is not`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 2)
      for step in [100, 200] {
        let bytes = try image.pngBytes(chunks: OwnMark.restored(iterations: step).chunk)
        for folder in ["bag/previews", "previews"] {
          try makeFolder("\(root)/\(folder)")
          try writeFile("\(root)/\(folder)/000\(step).png", bytes)
        }
      }
      try makeFolder("\(root)/restored")
      for number in 1...2 {
        try writeFile(
          "\(root)/restored/00000\(number).png",
          image.pngBytes(chunks: OwnMark.restored(iterations: 300).chunk))
      }
      let folder = try ImageFolder(root)
      #expect(folder.classes == ["bag", "coat", "restored", "trouser"] && folder.entries.count == 8)
      #expect(folder.census.own.sorted() == ["bag/previews", "previews"])
    }
  }

  @Test func `a place is among the pictures if a walk would come to it`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 1)
      for name in ["bag/deep", ".hidden", "lost+found", "run"] { try makeFolder("\(root)/\(name)") }
      try writeFile("\(root)/run/config.json", #"{"format" : "siam run 1"}"#)
      let folder = try ImageFolder(root + "/")
      for name in ["sheet.png", "bag/sheet.PNG", "bag/deep/sheet.png", "bag/../sheet.jpg"] {
        #expect(folder.wouldTake("\(root)/\(name)"), "\(name)")
      }
      for name in [
        "../sheet.png", "bag/page.html", ".hidden/sheet.png", "lost+found/sheet.png", "run/sheet.png",
        "bag/.sheet.png", "missing/sheet.png",
      ] {
        #expect(!folder.wouldTake("\(root)/\(name)"), "\(name)")
      }
    }
  }
}
