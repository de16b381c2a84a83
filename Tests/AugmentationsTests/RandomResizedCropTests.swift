import Glibc
import SiamImages
import SiamTensors
import Testing

@testable import SiamAugmentations

@Suite struct RandomResizedCropTests {
  static let crop = RandomResizedCrop(scale: 0.2...1)

  @Test("every box lies inside the picture", arguments: [1, 2, 31, 500], [1, 3, 32, 4000])
  func inside(width: Int, height: Int) {
    var generator = CounterGenerator(1)
    for _ in 0..<200 {
      let box = Self.crop.box(in: width, height, using: &generator)
      #expect(box.width >= 1 && box.height >= 1 && box.x >= 0 && box.y >= 0)
      #expect(box.x + box.width <= width && box.y + box.height <= height)
    }
  }

  @Test func `a small share of the area is uniform, and so is the logarithm of the aspect ratio`() {
    // With at most a third of a square's area every box fits, so that the first draw always stands.
    let crop = RandomResizedCrop(scale: 0.1...0.3)
    var generator = CounterGenerator(2)
    let boxes = (0..<20_000).map { _ in crop.box(in: 1000, 1000, using: &generator) }
    let shares = boxes.map { Double($0.width * $0.height) / 1e6 }
    let logarithms = boxes.map { log(Double($0.width) / Double($0.height)) }
    #expect(shares.allSatisfy { (0.0995...0.3005).contains($0) })
    #expect(abs(mean(shares) - 0.2) < 5 * 0.2 / 12.0.squareRoot() / 20_000.0.squareRoot())
    #expect(abs(deviation(shares) - 0.2 / 12.0.squareRoot()) < 0.001)
    let bound = log(4.0 / 3)
    #expect(logarithms.allSatisfy { abs($0) < bound + 0.005 })
    #expect(abs(mean(logarithms)) < 5 * bound / 3.0.squareRoot() / 20_000.0.squareRoot())
    #expect(abs(deviation(logarithms) - bound / 3.0.squareRoot()) < 0.003)
  }

  @Test func `the position is uniform over where the box fits`() {
    var generator = CounterGenerator(3)
    let crop = RandomResizedCrop(scale: 0.25...0.25, ratio: 1)
    var columns = [Int](repeating: 0, count: 6)
    for _ in 0..<12_000 {
      let box = crop.box(in: 10, 10, using: &generator)
      #expect(box.width == 5 && box.height == 5)
      columns[box.x] += 1
    }
    #expect(columns.allSatisfy { isPlausible($0, of: 12_000, probability: 1.0 / 6) })
  }

  @Test(
    "a picture in which no box fits gives the largest allowed one in its middle",
    arguments: [
      (1000, 10, Rectangle(x: 493, y: 0, width: 13, height: 10)),
      (10, 1000, Rectangle(x: 0, y: 493, width: 10, height: 13)),
      (1, 1, Rectangle(x: 0, y: 0, width: 1, height: 1)),
    ])
  func fallback(width: Int, height: Int, box: Rectangle) {
    #expect(Self.crop.fallback(in: width, height) == box)
    if width != height {
      var generator = CounterGenerator(4)
      #expect(
        RandomResizedCrop(scale: 0.9...1).box(in: width, height, using: &generator) == box)
    }
  }

  @Test(
    "the view is square and of the wanted size", arguments: [(1, 1), (1, 300), (300, 1), (32, 32), (97, 61)])
  func size(width: Int, height: Int) {
    var generator = CounterGenerator(5)
    for size in [1, 2, 33] {
      let view = Self.crop(Image(noise: width, height), for: size, using: &generator)
      #expect(view.width == size && view.height == size)
    }
  }

  @Test func `the whole area at ratio 1 is the picture itself`() {
    var generator = CounterGenerator(6)
    let image = Image(noise: 9, 9)
    #expect(RandomResizedCrop(scale: 1...1, ratio: 1)(image, for: 9, using: &generator) == image)
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
  private func deviation(_ values: [Double]) -> Double {
    let mean = mean(values)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
  }
}
