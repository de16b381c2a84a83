import CSiamKernels
import SiamTensors
import Testing

/// Every variant that this processor has must give the bytes of the plain one, at every remainder of its vectors'
/// lengths, and touch nothing beside. The plain one is held to Pillow's results by the tests of what is built on it.
@Suite struct PixelKernelsTests {
  private static let variants = kernelVariants.filter { $0 != "plain" }
  private static let counts = [1, 2, 5, 15, 16, 17, 31, 32, 33, 47, 48, 49, 65, 100]
  private static let guardByte: UInt8 = 0xA5

  private func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  /// Runs one kernel of both variants on the same bytes, with a few guarded ones behind them.
  private func expectSame(
    _ variant: String, _ bytes: [UInt8], _ what: String,
    _ body: (ck_table, UnsafeMutablePointer<UInt8>) -> Void
  ) throws {
    var results: [[UInt8]] = []
    for name in ["plain", variant] {
      let table = try unsafe #require(ck_find(name)).pointee
      var guarded = bytes + [UInt8](repeating: Self.guardByte, count: 64)
      unsafe guarded.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        unsafe body(table, base)
      }
      #expect(guarded.suffix(64).allSatisfy { $0 == Self.guardByte }, "\(what) of \(name) wrote too far")
      results.append(guarded)
    }
    let off = zip(results[0], results[1]).count { $0 != $1 }
    #expect(off == 0, "\(what): \(off) bytes differ")
  }

  @Test("colours", arguments: variants, counts)
  func colors(variant: String, count: Int) throws {
    let pixels = noise(3 * count)
    for factor: Float in [0, 0.3, 0.6000123, 1.3999, 100] {
      try unsafe expectSame(variant, pixels, "blend \(factor)") {
        unsafe $0.blend($1, 3 * count, 119, factor)
      }
      try unsafe expectSame(variant, pixels, "saturate \(factor)") { unsafe $0.saturate($1, count, factor) }
    }
    try unsafe expectSame(variant, pixels, "grey") { unsafe $0.convert_to_grey($1, count) }
    try unsafe expectSame(variant, pixels, "flip") { unsafe $0.flip($1, 1, count) }
    var sums: [UInt64] = []
    for name in ["plain", variant] {
      sums.append(try unsafe #require(ck_find(name)).pointee.luma_sum(pixels, count))
    }
    #expect(sums[0] == sums[1])
  }

  @Test("a flip turns each row about its middle", arguments: ["plain"] + variants, counts)
  func flip(variant: String, columns: Int) throws {
    let rows = 3
    let pixels = noise(3 * rows * columns)
    var turned = pixels
    let table = try unsafe #require(ck_find(variant)).pointee
    unsafe table.flip(&turned, rows, columns)
    var expected: [UInt8] = []
    for y in 0..<rows {
      for x in (0..<columns).reversed() {
        expected += pixels[3 * (y * columns + x)..<3 * (y * columns + x + 1)]
      }
    }
    #expect(turned == expected)
  }

  @Test("hues of every kind of colour", arguments: variants, [Int32(-127), -25, 0, 1, 126])
  func hues(variant: String, turn: Int32) throws {
    // All of a grid of colours, coarse and at the ends, and the neighbours of grey.
    let levels: [UInt8] = [0, 1, 2, 5, 17, 84, 85, 86, 127, 128, 170, 200, 250, 253, 254, 255]
    var pixels = levels.flatMap { red in levels.flatMap { green in levels.flatMap { [red, green, $0] } } }
    pixels += noise(3 * 5001)
    let bits: [UInt32] = [0xFFFF_0001, 0xFFFE_0000, 0x11, 0x2222, 0x8000_0000, 1, 0, 0x7FFF_FFFF]
    try unsafe expectSame(variant, pixels, "hue") { unsafe $0.shift_hue($1, pixels.count / 3, turn, bits) }
  }

  @Test("resizing", arguments: variants, [(1, 3), (4, 16), (5, 17), (21, 8), (32, 40), (100, 7)])
  func resample(variant: String, sizes: (Int, Int)) throws {
    let (inputs, outputs) = sizes
    let taps = min(inputs, 5)
    let starts = (0..<outputs).map { Int32(($0 * (inputs - taps)) / outputs) }
    // Some of them negative, and sums on both sides of 0...255.
    let weights = (0..<outputs * taps).map { index -> Int32 in
      let size = Int32(index * 7919 % 1_500_000)
      return index % 3 == 0 ? -size : size
    }
    try unsafe starts.withUnsafeBufferPointer { starts in
      try unsafe weights.withUnsafeBufferPointer { weights in
        let (starts, weights) = unsafe (
          try #require(starts.baseAddress), try #require(weights.baseAddress)
        )
        var filter = unsafe ck_filter(starts: starts, weights: weights, taps: taps, outputs: outputs)
        for rows in [1, 15, 16, 17, 33] {
          let from = noise(3 * inputs * rows)
          try unsafe expectSame(
            variant, [UInt8](repeating: 0, count: 3 * outputs * rows), "across \(rows) rows"
          ) {
            var scratch = [UInt8](repeating: 0, count: ck_resample_scratch(inputs, outputs))
            unsafe $0.resample_across(&filter, from, 3 * inputs, rows, inputs, &scratch, $1)
          }
        }
        for samples in [1, 3, 16, 63, 64, 65, 200] {
          let from = noise(samples * inputs)
          try unsafe expectSame(variant, [UInt8](repeating: 0, count: samples * outputs), "down \(samples)") {
            unsafe $0.resample_down(&filter, from, samples, $1)
          }
        }
      }
    }
  }

  @Test("blur and floats", arguments: variants, counts)
  func blur(variant: String, count: Int) throws {
    let (samples, reach) = (3 * count, 3)
    let weights: [Int16] = [20000, 4000, 2000, 384]
    let padded = noise(samples + 6 * reach)
    var across: [[Int16]] = []
    var floats: [[Float]] = []
    for name in ["plain", variant] {
      let table = try unsafe #require(ck_find(name)).pointee
      var row = [Int16](repeating: -7, count: samples + 32)
      unsafe table.blur_across(padded, samples, weights, reach, &row)
      across.append(row)
      var numbers = [Float](repeating: -7, count: samples + 32)
      unsafe table.to_floats(padded, count, [0.017, 0.0171, 0.0172], [-2.1, -2, -1.8], &numbers)
      floats.append(numbers)
    }
    #expect(across[0] == across[1] && floats[0] == floats[1])
    #expect(across[0].suffix(32).allSatisfy { $0 == -7 } && floats[0].suffix(32).allSatisfy { $0 == -7 })
    let rows = (0..<7).map { index in noise(samples, seed: UInt64(index)).map { Int16($0) << 6 } }
    try unsafe expectSame(variant, [UInt8](repeating: 0, count: samples), "blur down") { table, to in
      unsafe rows[0].withUnsafeBufferPointer { a in
        unsafe rows[1].withUnsafeBufferPointer { b in
          unsafe rows[2].withUnsafeBufferPointer { c in
            guard let a = a.baseAddress, let b = b.baseAddress, let c = c.baseAddress else { return }
            unsafe table.blur_down([a, b, c, b, a, c, a], samples, weights, reach, to)
          }
        }
      }
    }
  }

  @Test("cells of means", arguments: ["plain"] + variants, [1, 2, 3, 4, 8])
  func reduce(variant: String, side: Int) throws {
    let (rows, columns) = (13, 21)
    let pixels = noise(3 * rows * columns)
    let (high, wide) = ((rows + side - 1) / side, (columns + side - 1) / side)
    var result = [UInt8](repeating: 0, count: 3 * high * wide)
    var sums = [UInt32](repeating: 0, count: 3 * wide)
    let table = try unsafe #require(ck_find(variant)).pointee
    unsafe table.average_cells(pixels, rows, columns, side, &sums, &result)
    for y in 0..<high {
      for x in 0..<wide {
        for channel in 0..<3 {
          var cell: [Int] = []
          for row in y * side..<min(rows, (y + 1) * side) {
            for column in x * side..<min(columns, (x + 1) * side) {
              cell.append(Int(pixels[3 * (row * columns + column) + channel]))
            }
          }
          let mean = (cell.reduce(0, +) + cell.count / 2) / cell.count
          #expect(Int(result[3 * (y * wide + x) + channel]) == mean)
        }
      }
    }
  }
}
