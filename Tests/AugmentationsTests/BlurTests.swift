import SiamImages
import TestSupport
import Testing

@testable import SiamAugmentations

@Suite struct BlurTests {
  @Test("a blur is torchvision's, at most one level off", arguments: try cases("blur"))
  func reference(wanted: ImageReference.Case) throws {
    let (source, result) = try wanted.images()
    var image = source
    image.blur(sigma: wanted.numbers[0], kernel: Int(wanted.numbers[1]))
    let difference = try #require(largestDifference(image, result))
    #expect(difference <= 1)
    let off = zip(image.pixels, result.pixels).count { $0 != $1 }
    #expect(off * 50 <= image.pixels.count, "\(off) of \(image.pixels.count) samples are a level off")
  }

  @Test("the weights add up to 1", arguments: [0.01, 0.3, 1, 7, 1000], [0, 1, 2, 11, 500])
  func weights(sigma: Double, reach: Int) {
    let weights = gaussian(sigma: sigma, reach: reach).map { Int($0) }
    if weights.count == 1 {
      #expect(weights == [32767])
    } else {
      #expect(weights[0] + 2 * weights.dropFirst().reduce(0, +) == 32768)
      #expect(weights.allSatisfy { $0 >= 0 } && weights.count <= reach + 1)
    }
  }

  @Test("an index outside is folded back by reflection", arguments: [1, 2, 5])
  func mirroring(count: Int) {
    // Walk to and fro along the line, and compare.
    var (index, step) = (0, 1)
    for position in 0..<40 {
      #expect(mirrored(position, count) == index)
      #expect(mirrored(-position, count) == index)
      if count > 1 {
        if index + step < 0 || index + step >= count { step = -step }
        index += step
      }
    }
  }

  @Test("any size and kernel works, and one colour stays", arguments: [1, 2, 5], [1, 3])
  func sizes(width: Int, height: Int) {
    for kernel in [1, 3, 23] {
      let plain = Image(
        width: width, height: height, pixels: [UInt8](repeating: 201, count: 3 * width * height))
      var image = plain
      image.blur(sigma: 2, kernel: kernel)
      #expect(image == plain)
    }
  }

  @Test func `a blur spreads one bright pixel evenly and keeps the sum`() {
    var image = Image(width: 9, height: 9, pixels: [UInt8](repeating: 0, count: 243))
    for channel in 0..<3 { image.pixels[3 * (4 * 9 + 4) + channel] = 255 }
    image.blur(sigma: 1, kernel: 7)
    func at(_ x: Int, _ y: Int) -> Int { Int(image.pixels[3 * (y * 9 + x)]) }
    for y in 0..<9 { for x in 0..<9 { #expect(at(x, y) == at(y, x) && at(x, y) == at(8 - x, y)) } }
    let sum = (0..<81).reduce(0) { $0 + at($1 % 9, $1 / 9) }
    #expect(abs(sum - 255) <= 25)
  }
}
