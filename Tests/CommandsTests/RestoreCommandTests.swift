import Glibc
import SiamFiles
import SiamImages
import TestSupport
import Testing

@testable import SiamCommands

/// A small image with an edge, some of it damaged.
private func write(_ path: String, width: Int = 24, height: Int = 20, _ sample: (Int) -> UInt8) throws {
  let pixels = (0..<width * height * 3).map { sample($0) }
  try Image(width: width, height: height, pixels: pixels).write(png: path)
}

@Suite struct RestoreCommandTests {
  private let tiny = ["--depth", "2", "--width", "16", "--iterations", "6"]

  private func images(in folder: String) throws -> (photo: String, mask: String, truth: String) {
    let names = ["photo", "mask", "truth"].map { "\(folder)/\($0).png" }
    let chance = draws(24 * 20, 1)
    try write(names[2]) { UInt8($0 / 3 % 24 * 9) }
    try write(names[0]) { chance[$0 / 3] > 0 ? UInt8($0 / 3 % 24 * 9) : 0 }
    try write(names[1]) { chance[$0 / 3] > 0 ? 255 : 0 }
    return (names[0], names[1], names[2])
  }

  @Test func `each damage gives a whole picture of the right size, and the threads change no byte`() throws {
    try withScratchFolder { folder in
      let (photo, mask, _) = try images(in: folder)
      for (words, size) in [
        (["denoise", photo], (24, 20)), (["inpaint", photo, "--mask", mask], (24, 20)),
        (["superres", photo, "--factor", "2"], (48, 40)),
      ] {
        let files = try ["1", "3"].map { threads in
          let output = "\(folder)/\(words[0])\(threads).png"
          let ended = try siam(["restore", "-o", output, "--threads", threads] + words + tiny)
          #expect(ended.code == 0, "\(ended.errors)")
          #expect(ended.output.contains("\(size.0)x\(size.1), the average after 6 of 6 iterations"))
          return try readFile(output)
        }
        #expect(files[0] == files[1])
        let image = try Image(bytes: files[0], path: "out")
        #expect(image.width == size.0 && image.height == size.1)
      }
    }
  }

  @Test func `truth, previews and JSON say how it goes`() throws {
    try withScratchFolder { folder in
      let (photo, mask, truth) = try images(in: folder)
      let ended = try siam(
        [
          "restore", "inpaint", photo, "--mask", mask, "--truth", truth, "-o", "\(folder)/out.png", "--json",
          "--previews", "\(folder)/previews", "--preview-every", "3",
        ] + tiny)
      #expect(ended.code == 0, "\(ended.errors)")
      #expect(names(in: "\(folder)/previews") == ["000003.png", "000006.png"])
      #expect(try readFile("\(folder)/previews/000006.png") == readFile("\(folder)/out.png"))
      #expect(ended.output.contains("\"psnr\" : ") && ended.output.contains("\"averagedPSNR\" : "))
      #expect(ended.errors.contains("iteration 3, loss ") && ended.errors.contains(" dB, averaged "))
    }
  }

  /// The picture that a command writes.
  private func restored(_ words: [String], in folder: String) throws -> (photo: Photograph, ended: Ended) {
    let ended = try siam(["restore", "-o", "\(folder)/out.png", "--overwrite"] + words + tiny)
    #expect(ended.code == 0, "\(ended.errors)")
    return (try Photograph(contentsOf: "\(folder)/out.png"), ended)
  }

  @Test func `what is known is kept bit for bit, unless it is to be blended`() throws {
    try withScratchFolder { folder in
      let (photo, mask, truth) = try images(in: folder)
      let (before, known) = (try Image(contentsOf: photo), try Image(contentsOf: mask))
      let words = ["inpaint", photo, "--mask", mask, "--truth", truth]
      let (kept, blended) = (try restored(words, in: folder), try restored(words + ["--blend"], in: folder))
      var (changed, different) = (0, 0)
      for sample in before.pixels.indices {
        if known.pixels[sample] == 0 {
          different += kept.photo.image.pixels[sample] != before.pixels[sample] ? 1 : 0
          #expect(kept.photo.image.pixels[sample] == blended.photo.image.pixels[sample])
        } else {
          #expect(kept.photo.image.pixels[sample] == before.pixels[sample])
          changed += blended.photo.image.pixels[sample] != before.pixels[sample] ? 1 : 0
        }
      }
      #expect(changed > 0 && different > 0)
      func decibels(_ ended: Ended) throws -> Double {
        let line = try #require(ended.output.split(separator: "\n").first { $0.hasPrefix("PSNR ") })
        return try #require(Double(line.split(separator: " ")[1]))
      }
      #expect(try decibels(kept.ended) > decibels(blended.ended))
    }
  }

  @Test func `grey stays grey, and a photograph stands upright`() throws {
    try withScratchFolder { folder in
      let grey = Image(
        width: 24, height: 20, pixels: (0..<480).flatMap { [UInt8](repeating: UInt8($0 % 24 * 9), count: 3) })
      // One channel, and three equal ones.
      for isGrey in [true, false] {
        try writeFile("\(folder)/grey.png", try grey.pngBytes(isGrey: isGrey))
        let result = try restored(["denoise", "\(folder)/grey.png"], in: folder).photo
        #expect(result.image.isGrey && (result.header.colour == .grey) == isGrey)
      }
      for name in ["exif6.jpg", "exif1.jpg"] {
        let path = dataPath("reference/pictures/\(name)")
        let stored = try ImageHeader(contentsOf: path)
        let (photo, ended) = try restored(["denoise", path], in: folder)
        let isTurned = stored.orientation.swapsSides
        #expect(photo.image.width == (isTurned ? stored.height : stored.width))
        #expect(ended.errors.contains("turned as its EXIF orientation 6 says") == isTurned)
      }
    }
  }

  @Test func `transparency is kept, a mask may be one, and sixteen bits are told`() throws {
    try withScratchFolder { folder in
      let (photo, _, _) = try images(in: folder)
      let chance = draws(24 * 20, 1)
      let alpha = chance.map { UInt8($0 > 0 ? 255 : 0) }
      let image = try Image(contentsOf: photo)
      try writeFile("\(folder)/erased.png", try image.pngBytes(alpha: alpha))
      let kept = try restored(["denoise", "\(folder)/erased.png"], in: folder)
      #expect(kept.photo.alpha == alpha && kept.ended.errors.contains("its transparency is kept as it is"))
      let larger = try restored(["superres", "\(folder)/erased.png", "--factor", "2"], in: folder).photo
      #expect(larger.alpha?.count == 4 * alpha.count)
      // Without a mask, what was erased is filled in; a mask's own transparency says the same, over any colour.
      let filled = try restored(["inpaint", "\(folder)/erased.png"], in: folder)
      #expect(
        filled.photo.alpha == nil && filled.ended.errors.contains("its transparent pixels are filled in"))
      let white = Image(width: 24, height: 20, pixels: [UInt8](repeating: 255, count: 1440))
      let black = Image(width: 24, height: 20, pixels: [UInt8](repeating: 0, count: 1440))
      try writeFile("\(folder)/holes.png", try white.pngBytes(alpha: alpha))
      try writeFile("\(folder)/strokes.png", try black.pngBytes(alpha: alpha.map { 255 - $0 }))
      for mask in ["holes", "strokes"] {
        let result = try restored(["inpaint", photo, "--mask", "\(folder)/\(mask).png"], in: folder).photo
        #expect(result.image == filled.photo.image, "\(mask)")
      }
      let wide = try restored(["denoise", dataPath("reference/pictures/rgb16.png")], in: folder)
      #expect(wide.ended.errors.contains("16 bits a sample; the restored picture has 8"))
    }
  }

  @Test func `that the rule never acted is told, with the reason`() throws {
    try withScratchFolder { folder in
      let (photo, _, _) = try images(in: folder)
      let full = try restored(["denoise", photo], in: folder).ended.output
      #expect(
        full.contains("the stopping rule (ES-WMV) never acted: its window of 500 outputs was never full"))
      let patient = try restored(["denoise", photo, "--window", "2"], in: folder).ended.output
      #expect(patient.contains("before the end, and --patience is 1000"))
      #expect(
        try !restored(["denoise", photo, "--no-stop"], in: folder).ended.output.contains("never acted"))
    }
  }

  @Test func `the rule ends a fitting, and the picture of the least variance is kept`() throws {
    try withScratchFolder { folder in
      let (photo, _, _) = try images(in: folder)
      let words = [
        "restore", "denoise", photo, "-o", "\(folder)/out.png", "--depth", "2", "--width", "16",
        "--iterations",
        "400",
        "--window", "2", "--patience", "5",
      ]
      let ended = try siam(words)
      #expect(ended.code == 0 && ended.output.contains("where the outputs' variance was least (ES-WMV)"))
      #expect(!ended.output.contains("of 400 iterations"))
    }
  }

  @Test(arguments: [
    (["denoise", "PHOTO", "--mask", "MASK"], 64, "--mask is for inpaint; denoise uses every pixel"),
    (["inpaint", "PHOTO"], 64, "--mask FILE is required"),
    (["denoise", "PHOTO", "--factor", "4"], 64, "--factor is for superres"),
    (["superres", "PHOTO", "--factor", "9"], 64, "--factor must be an integer (2 to 8)"),
    (["superres", "PHOTO", "--factor", "1"], 64, "--factor must be an integer (2 to 8)"),
    (["sharpen", "PHOTO"], 64, "unknown damage"),
    (["denoise", "PHOTO", "--blend"], 64, "--blend is for inpaint"),
    (["inpaint", "PHOTO", "--mask", "SMALL"], 64, "--mask is 8x8 pixels, PHOTO is 24x20"),
    (["inpaint", "PHOTO", "--mask", "WHITE"], 64, "no pixel is missing"),
    (["inpaint", "PHOTO", "--mask", "BLACK"], 64, "no pixel is known"),
    (
      ["denoise", "PHOTO", "--truth", "SMALL"], 64,
      "--truth is 8x8 pixels, the restored picture will be 24x20"
    ),
    (["denoise", "PHOTO", "--depth", "5"], 64, "needs sides of at least 33"),
    (["denoise", "MISSING"], 66, "no such file"),
    (["denoise", "TEXT"], 65, "neither PNG nor JPEG"),
  ])
  func `what cannot be is refused in one line, and nothing is written`(
    _ words: [String], _ code: Int32, _ reason: String
  ) throws {
    try withScratchFolder { folder in
      let (photo, mask, _) = try images(in: folder)
      try write("\(folder)/small.png", width: 8, height: 8) { _ in 255 }
      try write("\(folder)/white.png") { _ in 255 }
      try write("\(folder)/black.png") { _ in 0 }
      try writeFile("\(folder)/text.png", "no picture")
      let paths = [
        "PHOTO": photo, "MASK": mask, "SMALL": "\(folder)/small.png", "WHITE": "\(folder)/white.png",
        "BLACK": "\(folder)/black.png", "TEXT": "\(folder)/text.png", "MISSING": "\(folder)/none.png",
      ]
      let usual = words.contains("--depth") ? [] : ["--depth", "2"]
      let ended = try siam(
        ["restore", "-o", "\(folder)/out.png"] + words.map { paths[$0] ?? $0 } + usual)
      #expect(ended.code == code)
      #expect(ended.errors.lowercased().contains(reason.lowercased()), "\(ended.errors)")
      #expect(ended.errors.split(separator: "\n").count == 1 && ended.output.isEmpty)
      #expect(try !fileExists("\(folder)/out.png"))
    }
  }

  @Test func `what exists is kept unless the user gives it up`() throws {
    try withScratchFolder { folder in
      let (photo, _, _) = try images(in: folder)
      let words = ["restore", "denoise", photo, "-o", "\(folder)/out.png"] + tiny
      try writeFile("\(folder)/out.png", "precious")
      #expect(try siam(words).code == 73)
      #expect(try readFile("\(folder)/out.png") == Array("precious".utf8))
      #expect(try siam(words + ["--previews", folder, "--output", "\(folder)/b.png"].dropLast(2)).code == 73)
      #expect(try siam(words + ["--overwrite"]).code == 0)
      #expect(try Image(contentsOf: "\(folder)/out.png").width == 24)
      #expect(try siam(["restore", "denoise", photo, "-o", "\(folder)/none/out.png"] + tiny).code == 73)
    }
  }

  @Test func `an interruption leaves the best so far and says so by 130`() throws {
    try withScratchFolder { folder in
      let (photo, _, _) = try images(in: folder)
      let ended = try siam(
        [
          "restore", "denoise", photo, "-o", "\(folder)/out.png", "--depth", "2", "--width", "16",
          "--iterations", "1000000", "--no-stop", "--previews", "\(folder)/p", "--preview-every", "5",
        ], signal: (SIGINT, { (try? fileExists("\(folder)/p/000005.png")) == true }))
      #expect(ended.code == 130)
      #expect(ended.output.contains(" of ") && ended.output.contains("interrupted"))
      #expect(try Image(contentsOf: "\(folder)/out.png").width == 24)
      #expect(names(in: folder).allSatisfy { !$0.hasPrefix(".siam-") })
    }
  }
}
