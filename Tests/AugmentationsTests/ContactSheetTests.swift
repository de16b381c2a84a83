import SiamAugmentations
import SiamImages
import Testing

@Suite struct ContactSheetTests {
  private func plain(_ level: UInt8, _ width: Int, _ height: Int) -> Image {
    Image(width: width, height: height, pixels: [UInt8](repeating: level, count: 3 * width * height))
  }

  @Test func `pictures stand in their cells, in their aspect, with margins around`() {
    let sheet = ContactSheet(
      rows: [[plain(10, 4, 4), plain(20, 8, 4)], [plain(30, 1, 4)]], cell: 4, margin: 1, paper: 9
    ).image
    let levels = (0..<sheet.height).map { y in
      (0..<sheet.width).map { sheet.pixels[3 * (y * sheet.width + $0)] }
    }
    let a: [UInt8] = [9, 10, 10, 10, 10, 9, 9, 9, 9, 9, 9]
    let b: [UInt8] = [9, 10, 10, 10, 10, 9, 20, 20, 20, 20, 9]
    let c: [UInt8] = [9, 9, 30, 9, 9, 9, 9, 9, 9, 9, 9]
    let none = [UInt8](repeating: 9, count: 11)
    #expect(levels == [none, a, b, b, a, none, c, c, c, c, none])
  }
}
