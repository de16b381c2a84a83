import SiamImages
import TestSupport
import Testing

@Suite struct ImageSketchTests {
  private static let images: [Image] = {
    let folder = try? ImageFolder(dataPath("fashion-mini/test"))
    return (0..<40).compactMap { try? folder?.image(at: $0 * 25) }
  }()

  @Test
  func
    `a picture differs by nothing from itself, by little from itself brighter, and by 2 from its negative`()
  {
    for image in Self.images {
      let sketch = ImageSketch(image)
      #expect(!sketch.isFaint && sketch.difference(from: sketch) == 0)
      var (darker, negative) = (image, image)
      for index in image.pixels.indices {
        darker.pixels[index] = UInt8(Double(image.pixels[index]) * 0.7) + 20
        negative.pixels[index] = 255 - image.pixels[index]
      }
      #expect(sketch.difference(from: ImageSketch(darker)) < 1e-3)
      #expect(abs(sketch.difference(from: ImageSketch(negative)) - 2) < 1e-3)
    }
  }

  @Test func `the difference is one minus the correlation around the channels' means`() {
    let (a, b) = (sample(16, 16), Self.images[0].resized(to: 16, 16))
    func centred(_ image: Image) -> [Double] {
      let means = (0..<3).map { channel in
        stride(from: channel, to: 768, by: 3).reduce(0.0) { $0 + Double(image.pixels[$1]) } / 256
      }
      return image.pixels.indices.map { Double(image.pixels[$0]) - means[$0 % 3] }
    }
    let (x, y) = (centred(a), centred(b))
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let expected = 1 - product(x, y) / (product(x, x) * product(y, y)).squareRoot()
    let (first, second) = (ImageSketch(a), ImageSketch(b))
    #expect(abs(first.difference(from: second) - expected) < 1e-9)
    #expect(first.difference(from: second) == second.difference(from: first))
    #expect(abs(first.deviation - (product(x, x) / 768).squareRoot()) < 1e-9)
  }

  @Test func `keys lie no further apart than the difference allows, and most of the way`() {
    let sketches = (Self.images + [sample(40, 30), sample(300, 20)]).map(ImageSketch.init)
    var (bounds, distances) = (0.0, 0.0)
    for a in sketches {
      for b in sketches {
        let squares = zip(a.key, b.key).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        let bound = 2 * a.difference(from: b)
        #expect(squares.squareRoot() <= bound.squareRoot() + 1e-5)
        (bounds, distances) = (bounds + bound, distances + squares)
      }
    }
    #expect(sketches[0].key.count == ImageSketch.keyLength && distances > 0.5 * bounds)
  }

  @Test func `a picture of one colour is faint`() {
    #expect(ImageSketch(Image(width: 20, height: 20, pixels: [UInt8](repeating: 77, count: 1200))).isFaint)
    #expect(ImageSketch(Image(width: 1, height: 1, pixels: [1, 2, 3])).isFaint)
  }
}
