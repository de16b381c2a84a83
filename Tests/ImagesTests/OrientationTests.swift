import SiamImages
import TestSupport
import Testing

@Suite struct OrientationTests {
  @Test("turning is Pillow's exif_transpose", arguments: ReferencePicture.all.filter { $0.turned != nil })
  func turning(picture: ReferencePicture) throws {
    var options = DecodingOptions()
    options.appliesOrientation = true
    let decoded = try Decoded(contentsOf: picture.path, options: options)
    let turned = try #require(picture.turned)
    #expect((decoded.image.width, decoded.image.height) == (turned.width, turned.height))
    #expect(fnv(decoded.image.pixels) == turned.hash)
    #expect(decoded.orientation.rawValue == picture.orientation)
  }

  @Test func `all seven are among the reference pictures`() {
    #expect(Set(ReferencePicture.all.filter { $0.turned != nil }.map(\.orientation)) == Set(2...8))
  }

  @Test("sides are swapped by the quarter turns only", arguments: Orientation.allCases)
  func sides(orientation: Orientation) {
    let turned = sample(5, 3).applying(orientation)
    #expect((turned.width, turned.height) == (orientation.swapsSides ? (3, 5) : (5, 3)))
  }
}
