import SiamImages
import SiamTensors
import TestSupport
import Testing

@testable import SiamAugmentations

@Suite struct RotationTests {
  @Test("a turn is torchvision's on Pillow, to the bit", arguments: try cases("rotate"))
  func exact(wanted: ImageReference.Case) throws {
    let (source, result) = try wanted.images()
    #expect(source.turned(degrees: wanted.numbers[0]) == result)
  }

  @Test func `angles are uniform to both sides, and as often as asked`() {
    let image = Image(noise: 9, 9)
    var generator = CounterGenerator(12)
    let turn = Rotation(degrees: 40, probability: 0.25)
    let changed = (0..<2000).count { _ in turn(image, for: 9, using: &generator) != image }
    #expect(isPlausible(changed, of: 2000, probability: 0.25))
    // A disc of one half: its brightest side tells the direction.
    var half = Image(width: 15, height: 15, pixels: [UInt8](repeating: 0, count: 3 * 15 * 15))
    for y in 0..<7 { for sample in 0..<45 { half.pixels[45 * y + sample] = 255 } }
    let turned = (0..<2000).map { _ in Rotation(degrees: 40)(half, for: 15, using: &generator) }
    func sum(_ image: Image, _ columns: Range<Int>) -> Int {
      (0..<15).reduce(0) { sum, y in sum + columns.reduce(0) { $0 + Int(image.pixels[45 * y + 3 * $1]) } }
    }
    let left = turned.count { sum($0, 0..<7) < sum($0, 8..<15) }
    #expect(isPlausible(left, of: 2000, probability: 0.5))
  }

  @Test func `no angle is no change, and the same draws give the same turn`() {
    let image = Image(noise: 12, 7)
    var generator = CounterGenerator(13)
    #expect(Rotation(degrees: 0)(image, for: 8, using: &generator) == image)
    var (a, b) = (CounterGenerator(14), CounterGenerator(14))
    let turn = Rotation(degrees: 180)
    #expect(turn(image, for: 8, using: &a) == turn(image, for: 8, using: &b))
  }
}
