import SiamImages
import SiamTensors
import Testing

@testable import SiamAugmentations

@Suite struct GaussianBlurTests {
  @Test(
    "the kernel is a tenth of the picture, made odd",
    arguments: [(224, 23), (32, 3), (96, 9), (28, 3), (9, 1)])
  func kernel(size: Int, kernel: Int) {
    let image = Image(noise: size, size)
    var (one, other) = (CounterGenerator(31), CounterGenerator(31))
    let view = GaussianBlur(sigma: 0.5...2)(image, for: size, using: &one)
    var wanted = image
    _ = other.unit()
    wanted.blur(sigma: other.uniform(0.5, 2), kernel: kernel)
    #expect(view == wanted)
  }

  @Test("it happens as often as it should", arguments: [0, 0.5, 1])
  func rate(probability: Double) {
    let image = Image(noise: 20, 20)
    var generator = CounterGenerator(32)
    let blur = GaussianBlur(sigma: 1...2, probability: probability)
    let changed = (0..<1000).count { _ in blur(image, for: 20, using: &generator) != image }
    #expect(isPlausible(changed, of: 1000, probability: probability))
  }
}
