import SiamFiles
import SiamTensors
import TestSupport
import Testing

@testable import SiamImages

/// Files of which only the beginning is in memory.
@Suite struct LargeFilesTests {
  private func noise(_ width: Int, _ height: Int) -> Image {
    var state: UInt64 = 9
    let pixels = (0..<3 * width * height).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 40)
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  private func chunk(_ kind: String, _ count: Int) -> [UInt8] {
    let data = [UInt8](repeating: 65, count: count)
    var sum: UInt32 = ~0
    for byte in Array(kind.utf8) + data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    func number(_ value: UInt32) -> [UInt8] {
      (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }
    return number(UInt32(count)) + Array(kind.utf8) + data + number(~sum)
  }

  @Test("a file decodes as its bytes do", arguments: [(230, 170), (260, 300)])
  func same(width: Int, height: Int) throws {
    try withScratchFolder { folder in
      let png = try noise(width, height).pngBytes()
      let jpeg = try noise(width, height).jpegBytes(quality: 100)
      let filling: [UInt8] = [0xFF, 0xE5, 0xFF, 0xFF] + [UInt8](repeating: 1, count: 65_533)
      let text = Array(png[..<33]) + chunk("tEXt", 150_001) + Array(png[33...])
      let end = Array(png.dropLast(12)) + chunk("tEXt", 200_000) + Array(png.suffix(12))
      let filled = Array(jpeg[..<2]) + filling + filling + filling + Array(jpeg[2...])
      let behind = jpeg + [UInt8](repeating: 0, count: 300_000)
      let files: [String: [UInt8]] = [
        "png": png, "text": text, "end": end, "jpeg": jpeg, "filled": filled, "behind": behind,
      ]
      for (name, bytes) in files {
        #expect(bytes.count > 1 << 16, "\(name)")
        let path = "\(folder)/\(name)"
        try writeFile(path, bytes)
        let whole = try Decoded(bytes.span, path: path)
        #expect(try Decoded(contentsOf: path) == whole, "\(name)")
        let file = try ImageFile(path, named: path)
        #expect(
          try file.digest(named: path) == Digest(bytes.span) && file.bytes(named: path) == bytes, "\(name)")
      }
    }
  }

  @Test(
    "cut behind what is in memory, a file is an error as its bytes are",
    arguments: [70_000, 100_000, 131_072])
  func cut(count: Int) throws {
    try withScratchFolder { folder in
      for bytes in [try noise(260, 300).pngBytes(), try noise(260, 300).jpegBytes(quality: 100)] {
        let path = "\(folder)/a"
        try writeFile(path, Array(bytes[..<count]))
        let cut = Array(bytes[..<count])
        let inMemory = #expect(throws: ImageError.self) { try Decoded(cut.span, path: path) }
        let fromFile = #expect(throws: ImageError.self) { try Decoded(contentsOf: path) }
        #expect(fromFile == inMemory)
      }
    }
  }

  @Test
  func `a PNG chunk beside the picture is bounded by itself, whatever the picture's size allows the file`()
    throws
  {
    try withScratchFolder { folder in
      // A picture of one colour, 4000x4000 pixels, which may come in a file of 128 MB and more.
      let size = 4000
      let png = try Image(width: size, height: size, pixels: [UInt8](repeating: 9, count: 3 * size * size))
        .pngBytes()
      let path = "\(folder)/a.png"
      var writer = try FileWriter(path)
      try writer.write(Array(png[..<33]) + [0x04, 0, 0, 1] + Array("abCd".utf8))
      try writer.write([UInt8](repeating: 0, count: (1 << 26) + 5))
      try writer.write(Array(png[33...]))
      try writer.commit()
      #expect(throws: ImageError.tooCostly(path: path, reason: "too much other data beside the picture")) {
        try Decoded(contentsOf: path)
      }
    }
  }

  @Test(
    "a segment whose length is below its own two bytes is stepped over before the frame, as libjpeg does",
    arguments: [0xFE, 0xE1, 0xE0, 0xEE] as [UInt8], [0, 1] as [UInt8])
  func lengths(marker: UInt8, length: UInt8) throws {
    let bytes = try reference("baseline-420.jpg")
    let longer = Array(bytes[..<2] + [0xFF, marker, 0, length] + bytes[2...])
    let decoded = try Decoded(longer.span, path: "x")
    #expect(decoded.image == (try Image(bytes: bytes, path: "x")))
    // A table of no length is libjpeg's to refuse, in its own words.
    let table = Array(bytes[..<2] + [0xFF, 0xDB, 0, length] + bytes[2...])
    let error = #expect(throws: ImageError.self) { try Image(bytes: table, path: "x") }
    #expect(error?.reason.contains("length") == true, "\(error?.reason ?? "")")
  }

  @Test func `no more images are decoded at once than there is memory for, but each one is`() {
    let budget = DecodingBudget()
    let state = LockedValue((spent: 0, most: 0, calls: 0))
    withThreadCount(4) {
      parallelFor(40) { index in
        let cost = (index % 4 + 1) * 10_000_000
        _ = try? budget.spend(cost, within: 30_000_000) { () throws(ImageError) in
          state.withLock {
            $0.spent += cost
            $0.most = max($0.most, $0.spent)
            $0.calls += 1
          }
          state.withLock { $0.spent -= cost }
        }
      }
    }
    let (spent, most, calls) = state.withLock { ($0.spent, $0.most, $0.calls) }
    #expect(spent == 0 && calls == 40)
    // An image above the limit is decoded alone.
    #expect(most <= 40_000_000)
  }
}
