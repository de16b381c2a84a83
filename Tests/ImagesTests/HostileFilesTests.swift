import Glibc
import SiamFiles
import SiamImages
import TestSupport
import Testing

/// Files that are damaged, or made to hurt.
@Suite struct HostileFilesTests {
  @Test(
    "cut anywhere, a picture is a typed error",
    arguments: [
      "rgb8.png", "palette4-adam7-trns.png", "rgb8-texts.png", "grey16.png", "size-9x7.jpg", "restarts.jpg",
      "progressive-420.jpg", "cmyk.jpg", "grey.jpg",
    ])
  func cut(file: String) throws {
    let bytes = try reference(file)
    for count in bytes.indices {
      #expect(throws: ImageError.self, "\(count) of \(bytes.count) bytes") {
        try Image(bytes: Array(bytes[..<count]), path: file)
      }
    }
  }

  @Test(
    "a flipped byte anywhere in the image data of a PNG is an error",
    arguments: ["rgb8-many-idat.png", "rgb8-adam7.png"])
  func flippedPNG(file: String) throws {
    let bytes = try reference(file)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: "IDAT".utf8) })
    for offset in start..<bytes.count - 12 {
      var damaged = bytes
      damaged[offset] ^= 0x55
      #expect(throws: ImageError.self, "byte \(offset)") { try Image(bytes: damaged, path: file) }
    }
  }

  @Test(
    "a flipped byte never crashes, and the size stays the header's",
    arguments: ["size-9x7.jpg", "restarts-progressive.jpg", "ycck.jpg", "exif6.jpg", "palette2.png"])
  func flipped(file: String) throws {
    let bytes = try reference(file)
    var errors = 0
    for offset in bytes.indices {
      var damaged = bytes
      damaged[offset] ^= 0xFF
      var options = DecodingOptions()
      options.maximumPixels = 1 << 20  // a flipped size should not take the test's time
      do throws(ImageError) {
        let header = try ImageHeader(damaged.span, path: file)
        let image = try Image(bytes: damaged, path: file, options: options)
        #expect((header.width, header.height) == (image.width, image.height))
      } catch { errors += 1 }
    }
    #expect(errors > 50)
  }

  @Test func `a JPEG whose scan ends early is refused, even with its end mark`() throws {
    let bytes = try reference("baseline-444.jpg")
    let error = #expect(throws: ImageError.self) {
      try Image(bytes: bytes[..<(bytes.count / 2)] + [0xFF, 0xD9], path: "x")
    }
    #expect(error?.reason.lowercased().contains("premature end") == true)
  }

  @Test func `a palette picture without its palette is refused`() throws {
    let bytes = try reference("palette8.png")
    let palette = try #require(bytes.indices.first { bytes[$0...].starts(with: "PLTE".utf8) }) - 4
    let without = Array(bytes[..<palette] + bytes[(palette + 12 + 768)...])
    #expect(throws: ImageError.corrupt(path: "x", reason: "IDAT: Missing PLTE before IDAT")) {
      try Image(bytes: without, path: "x")
    }
  }

  @Test func `a size of zero is refused`() throws {
    var png = try reference("rgb8.png")
    png.replaceSubrange(16..<20, with: [0, 0, 0, 0])
    #expect(throws: ImageError.corrupt(path: "x", reason: "the header gives an impossible size")) {
      try Image(bytes: png, path: "x")
    }
    png.replaceSubrange(16..<20, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: ImageError.self) { try Image(bytes: png, path: "x") }
  }

  @Test func `a header of 30000 by 30000 is refused for its size`() throws {
    #expect(throws: ImageError.tooLarge(path: "x", width: 30000, height: 30000, maximumPixels: 100_000_000)) {
      try Image(bytes: try huge(30000), path: "x")
    }
  }

  @Test(
    "a side that only rows of gigabytes could hold is refused", arguments: [(1_000_001, 1), (1, 1_000_001)])
  func longSide(width: Int, height: Int) throws {
    func bytes(_ number: Int) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
    var png = try reference("rgb8.png")
    png.replaceSubrange(16..<24, with: bytes(width) + bytes(height))
    #expect(throws: ImageError.tooCostly(path: "x", reason: "a side of more than 1000000 pixels")) {
      try Image(bytes: png, path: "x")
    }
  }

  @Test func `a huge size that is allowed costs nothing while there is no data`() async {
    await #expect(processExitsWith: .success) {
      var options = DecodingOptions()
      options.maximumPixels = 1_000_000_000
      let bytes = try huge(30000)
      try expectCheap { try Image(bytes: bytes, path: "x", options: options) }
    }
  }

  @Test func `a text chunk of 2 GB in a file of 50 bytes is refused unread`() async {
    await #expect(processExitsWith: .success) {
      let bytes = try reference("rgb8.png")[..<33] + [0x7F, 0xFF, 0xFF, 0xFF] + Array("tEXtComment\0 ".utf8)
      try expectCheap { try Image(bytes: Array(bytes), path: "x") }
    }
  }

  @Test func `a colour profile or a text that inflates a thousandfold is not inflated`() async {
    await #expect(processExitsWith: .success) {
      let file = try reference("rgb8.png")
      let plain = try Image(bytes: file, path: "x")
      for (kind, beginning) in [("iCCP", "x\0\0"), ("zTXt", "x\0\0"), ("iTXt", "x\0\u{1}\0\0\0")] {
        let bomb = chunk(kind, Array(beginning.utf8) + zeros(compressed: 10_000_000))
        try expectCheap(seconds: 1) {
          let image = try Image(bytes: Array(file[..<33] + bomb + file[33...]), path: "x")
          guard image == plain else { exit(4) }
          throw ImageError.corrupt(path: "x", reason: "read as if it were not there")
        }
      }
    }
  }

  @Test func `what follows the last row is not inflated`() async {
    await #expect(processExitsWith: .success) {
      let header = Array(try Image(width: 1, height: 1, pixels: [1, 2, 3]).pngBytes()[..<33])
      let bytes = header + chunk("IDAT", zeros(compressed: 40_000_000)) + chunk("IEND", [])
      let error = try expectCheap(seconds: 1) { try Image(bytes: bytes, path: "x") }
      guard error.reason == "far more compressed data than the rows need" else { exit(3) }
    }
  }

  @Test func `a file is read only as far as its pixels can need`() throws {
    try withScratchFolder { folder in
      // Files of 2 GB, all holes: read whole, each would fill the memory.
      let jpeg = try reference("size-9x7.jpg")
      for (name, beginning, expected) in [
        ("none.png", [], ImageError.unsupported(path: "none.png", lookingLike: "an unknown kind of file")),
        ("late.jpg", [0xFF, 0xD8, 0xFF], .corrupt(path: "late.jpg", reason: "no frame header was found")),
        ("long.jpg", jpeg, .unreadable(path: "long.jpg", reason: "more than \(1 << 26 + 8 * 63) bytes")),
        (
          "huge.png", try huge(30000),
          .tooLarge(path: "huge.png", width: 30000, height: 30000, maximumPixels: 100_000_000)
        ),
      ] {
        try makeFolder("\(folder)/\(name)-in")
        let path = "\(folder)/\(name)-in/\(name)"
        try writeFile(path, beginning)
        unsafe #expect(truncate(path, 1 << 31) == 0)
        let images = try ImageFolder("\(folder)/\(name)-in")
        #expect(throws: expected) { try images.image(at: 0) }
        let header = Result { () throws(ImageError) in try ImageHeader(contentsOf: path) }
        switch expected {
        case .unsupported, .corrupt: #expect(throws: ImageError.self) { try header.get() }
        default: #expect(throws: Never.self) { try header.get() }
        }
      }
    }
  }

  @Test func `hundreds of scans over a large picture are given up`() async {
    await #expect(processExitsWith: .success) {
      let error = try expectCheap { try Image(bytes: manyScans(500, side: 8192), path: "x") }
      guard error == .tooCostly(path: "x", reason: "too many scans for a picture of this size") else {
        exit(3)
      }
    }
  }

  @Test func `a small picture may have many scans`() throws {
    #expect(try Image(bytes: manyScans(60, side: 64), path: "x").width == 64)
  }

  @Test func `a progressive picture whose coefficients would fill the memory is refused`() async {
    await #expect(processExitsWith: .success) {
      var bytes = try reference("progressive-444.jpg")
      guard let frame = bytes.indices.first(where: { bytes[$0...].starts(with: [0xFF, 0xC2]) }) else {
        exit(4)
      }
      bytes.replaceSubrange(frame + 5..<frame + 9, with: [0x27, 0x10, 0x27, 0x10])  // 10000 by 10000
      let error = try expectCheap { try Image(bytes: bytes, path: "x") }
      guard case .tooCostly = error else { exit(3) }
    }
  }
}

/// A PNG header that promises `side` by `side` pixels, with an empty end mark behind it.
private func huge(_ side: UInt32) throws -> [UInt8] {
  var bytes = Array(try reference("rgb8.png")[..<33])
  let number = (0..<4).map { UInt8(truncatingIfNeeded: side >> (24 - 8 * $0)) }
  bytes.replaceSubrange(16..<24, with: number + number)
  return bytes + chunk("IEND", [])
}

/// A PNG chunk whose checksum is left at zero.
private func chunk(_ kind: String, _ data: [UInt8]) -> [UInt8] {
  (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (24 - 8 * $0)) } + Array(kind.utf8) + data + [
    0, 0, 0, 0,
  ]
}

/// A zlib stream of about that many zeros, without its end: fixed Huffman codes, a literal 0, then copies of 258.
private func zeros(compressed count: Int) -> [UInt8] {
  var bits: [UInt8] = [1, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0]
  for _ in 0..<count / 258 { bits += [1, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0] }
  return [0x78, 0x01]
    + stride(from: 0, to: bits.count - 7, by: 8).map { at in
      (0..<8).reduce(0) { $0 | bits[at + $1] << UInt8($1) }
    }
}

/// A grey progressive JPEG whose scans say "nothing here" for 32,767 blocks in 15 bits.
private func manyScans(_ scans: Int, side: Int) -> [UInt8] {
  func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
    [0xFF, marker, UInt8((data.count + 2) >> 8), UInt8((data.count + 2) & 255)] + data
  }
  let size = [UInt8(side >> 8), UInt8(side & 255)]
  var bits: [UInt8] = []
  for _ in 0...side * side / 64 / 32767 { bits += [0] + [UInt8](repeating: 1, count: 14) }
  while bits.count % 8 != 0 { bits.append(1) }
  var scan = segment(0xDA, [1, 1, 0, 1, 63, 0])
  for at in stride(from: 0, to: bits.count, by: 8) {
    let byte = bits[at..<at + 8].reduce(0) { $0 << 1 | $1 }
    scan += byte == 0xFF ? [0xFF, 0] : [byte]
  }
  // One code: a run of 2^14 blocks and more.
  let table: [UInt8] = [0x10, 1] + [UInt8](repeating: 0, count: 15) + [0xE0]
  return [0xFF, 0xD8] + segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
    + segment(0xC2, [8] + size + size + [1, 1, 0x11, 0]) + segment(0xC4, table)
    + (0..<scans).flatMap { _ in scan } + [0xFF, 0xD9]
}

/// Ends the process with a failure unless `body` throws an `ImageError` within the seconds of processor time and
/// without the process growing by 700 MB.
@discardableResult
private func expectCheap(seconds: Double = 2, _ body: () throws -> Image) throws -> ImageError {
  func usage() -> (seconds: Double, kilobytes: Int) {
    var usage = rusage()
    unsafe getrusage(numericCast(RUSAGE_SELF.rawValue), &usage)
    return (Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6, usage.ru_maxrss)
  }
  let before = usage()
  do {
    _ = try body()
    exit(1)
  } catch let error as ImageError {
    let after = usage()
    guard after.seconds - before.seconds < seconds, after.kilobytes - before.kilobytes < 700_000 else {
      exit(2)
    }
    return error
  }
}
