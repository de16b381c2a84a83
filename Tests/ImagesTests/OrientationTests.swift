import SiamImages
import TestSupport
import Testing

@Suite struct OrientationTests {
  @Test("turning is Pillow's exif_transpose", arguments: ReferenceImage.all.filter { $0.turned != nil })
  func turning(image: ReferenceImage) throws {
    var options = DecodingOptions()
    options.appliesOrientation = true
    let decoded = try Decoded(contentsOf: image.path, options: options)
    let turned = try #require(image.turned)
    #expect((decoded.image.width, decoded.image.height) == (turned.width, turned.height))
    #expect(fnv(decoded.image.pixels) == turned.hash)
    #expect(decoded.orientation.rawValue == image.orientation)
  }

  @Test func `all seven are among the reference pictures`() {
    #expect(Set(ReferenceImage.all.filter { $0.turned != nil }.map(\.orientation)) == Set(2...8))
  }

  @Test("sides are swapped by the quarter turns only", arguments: Orientation.allCases)
  func sides(orientation: Orientation) {
    let turned = sample(5, 3).applying(orientation)
    #expect((turned.width, turned.height) == (orientation.swapsSides ? (3, 5) : (5, 3)))
  }
}
