import SiamImages
import TestSupport
import Testing

@Suite struct PictureSketchTests {
  private static let pictures: [Image] = {
    let folder = try? ImageFolder(dataPath("fashion-mini/test"))
    return (0..<40).compactMap { try? folder?.image(at: $0 * 25) }
  }()

  @Test
  func
    `a picture differs by nothing from itself, by little from itself brighter, and by 2 from its negative`()
  {
    for picture in Self.pictures {
      let sketch = PictureSketch(picture)
      #expect(!sketch.isFaint && sketch.difference(from: sketch) == 0)
      var (darker, negative) = (picture, picture)
      for index in picture.pixels.indices {
        darker.pixels[index] = UInt8(Double(picture.pixels[index]) * 0.7) + 20
        negative.pixels[index] = 255 - picture.pixels[index]
      }
      #expect(sketch.difference(from: PictureSketch(darker)) < 1e-3)
      #expect(abs(sketch.difference(from: PictureSketch(negative)) - 2) < 1e-3)
    }
  }

  @Test func `the difference is one minus the correlation around the channels' means`() {
    let (a, b) = (sample(16, 16), Self.pictures[0].resized(to: 16, 16))
    func centred(_ image: Image) -> [Double] {
      let means = (0..<3).map { channel in
        stride(from: channel, to: 768, by: 3).reduce(0.0) { $0 + Double(image.pixels[$1]) } / 256
      }
      return image.pixels.indices.map { Double(image.pixels[$0]) - means[$0 % 3] }
    }
    let (x, y) = (centred(a), centred(b))
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let expected = 1 - product(x, y) / (product(x, x) * product(y, y)).squareRoot()
    let (first, second) = (PictureSketch(a), PictureSketch(b))
    #expect(abs(first.difference(from: second) - expected) < 1e-9)
    #expect(first.difference(from: second) == second.difference(from: first))
    #expect(abs(first.deviation - (product(x, x) / 768).squareRoot()) < 1e-9)
  }

  @Test func `keys lie no further apart than the difference allows, and most of the way`() {
    let sketches = (Self.pictures + [sample(40, 30), sample(300, 20)]).map(PictureSketch.init)
    var (bounds, distances) = (0.0, 0.0)
    for a in sketches {
      for b in sketches {
        let squares = zip(a.key, b.key).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        let bound = 2 * a.difference(from: b)
        #expect(squares.squareRoot() <= bound.squareRoot() + 1e-5)
        (bounds, distances) = (bounds + bound, distances + squares)
      }
    }
    #expect(sketches[0].key.count == PictureSketch.keyLength && distances > 0.5 * bounds)
  }

  @Test func `a picture of one colour is faint`() {
    #expect(PictureSketch(Image(width: 20, height: 20, pixels: [UInt8](repeating: 77, count: 1200))).isFaint)
    #expect(PictureSketch(Image(width: 1, height: 1, pixels: [1, 2, 3])).isFaint)
  }
}
