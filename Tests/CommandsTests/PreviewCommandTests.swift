import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct PreviewCommandTests {
  private let images = dataPath("fashion-mini/test")

  @Test func `the sheet has a row a picture, the original first, and the same seed gives the same bytes`()
    throws
  {
    try withScratchFolder { folder in
      let words = [
        images, "--rows", "3", "--views", "2", "--size", "28", "--cell", "28", "--recipe", "flip(1)",
      ]
      let sheets = ["a.png", "b.png"].map { "\(folder)/\($0)" }
      for sheet in sheets {
        let ended = try siam(["preview", "-o", sheet] + words)
        #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
        #expect(ended.output.hasPrefix("\(sheet): 3 pictures, 2 views each\n"))
      }
      let bytes = try sheets.map { try readFile($0) }
      #expect(bytes[0] == bytes[1])
      let sheet = try Image(contentsOf: sheets[0])
      #expect(sheet.width == 3 * 32 + 4 && sheet.height == 3 * 32 + 4)
      // A view under flip(1) is the original's mirror image.
      for row in 0..<3 {
        for view in 1...2 {
          for y in 0..<28 {
            for x in 0..<28 {
              let original = sheet.sample(4 + x, 4 + 32 * row + y)
              let mirrored = sheet.sample(4 + 32 * view + 27 - x, 4 + 32 * row + y)
              guard original == mirrored else {
                Issue.record("row \(row), view \(view), (\(x), \(y)): \(original) and \(mirrored)")
                return
              }
            }
          }
        }
      }
    }
  }

  @Test func `another seed gives other views`() throws {
    try withScratchFolder { folder in
      for seed in ["1", "2"] {
        #expect(try siam(["preview", images, "-o", "\(folder)/\(seed).png", "--seed", seed]).code == 0)
      }
      let sheets = try [1, 2].map { try readFile("\(folder)/\($0).png") }
      #expect(sheets[0] != sheets[1])
    }
  }

  @Test func `a sheet that exists is kept unless the user gives it up`() throws {
    try withScratchFolder { folder in
      let sheet = "\(folder)/a.png"
      try writeFile(sheet, "precious")
      let refused = try siam(["preview", images, "-o", sheet])
      #expect(refused.code == 73)
      #expect(refused.errors == "siam preview: \(sheet): exists already; --overwrite replaces it\n")
      #expect(try readFile(sheet) == Array("precious".utf8))
      #expect(try siam(["preview", images, "-o", sheet, "--overwrite", "--rows", "1"]).code == 0)
      #expect(try Image(contentsOf: sheet).height == 104)
    }
  }

  @Test func `a bad picture is skipped and listed, or ends a strict run`() throws {
    try withScratchFolder { folder in
      try makeFolder("\(folder)/in")
      try writeFile("\(folder)/in/a.png", "no picture")
      try writeFile("\(folder)/in/b.png", readFile("\(images)/bag/00018.png"))
      let words = ["preview", "\(folder)/in", "-o", "\(folder)/a.png"]
      let lenient = try siam(words)
      #expect(lenient.code == 0 && lenient.output.contains("a.png: 1 picture, 8 views each\n"))
      #expect(lenient.errors.hasPrefix("\(folder)/in: skipped 1 bad picture\n  a.png: "))
      let strict = try siam(words + ["--overwrite", "--strict"])
      #expect(strict.code == 65 && strict.errors.hasPrefix("siam preview: a.png: "))
    }
  }

  @Test func `a sheet too large to hold is wrong use`() throws {
    let ended = try siam(["preview", images, "-o", "a.png", "--rows", "1000", "--cell", "1024"])
    #expect(ended.code == 64 && ended.errors.contains("megapixels"))
  }

  @Test func `chosen to suit the pictures follows from their size and colour`() throws {
    let reading = try PreviewCommand.parse(["a", "-o", "a.png"]).images.reading
    let fashion = try ImageSample(of: ImageFolder(images), count: 10, seed: 1, reading: reading)
    #expect(fashion.views.size() == 32 && fashion.views.recipe(size: 32).name == "grey")
    // One of each class, since the stretches are the classes.
    #expect(fashion.indices.map { $0 / 100 } == Array(0..<10))
    try withScratchFolder { folder in
      var image = Image(width: 300, height: 200, pixels: [UInt8](repeating: 7, count: 180_000))
      image.pixels[179_999] = 8
      try image.write(png: "\(folder)/a.png")
      let photographs = try ImageSample(of: ImageFolder(folder), count: 10, seed: 1, reading: reading)
      #expect(photographs.views.size() == 208)
      #expect(
        photographs.views.recipe(size: 208).name == "imagenet"
          && photographs.views.recipe(size: 64).name == "cifar")
    }
  }
}

extension Image {
  fileprivate func sample(_ x: Int, _ y: Int) -> UInt8 { pixels[3 * (y * width + x)] }
}
