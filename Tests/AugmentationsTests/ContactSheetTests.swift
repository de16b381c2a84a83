import SiamImages
import SiamTensors
import Testing

@testable import SiamAugmentations

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

  @Test func `each row is a picture and its views`() {
    let pictures = [Image(noise: 20, 14, seed: 1), Image(noise: 9, 30, seed: 2)]
    var (one, other) = (CounterGenerator(61), CounterGenerator(61))
    let sheet = ContactSheet(of: pictures, recipe: .cifar, views: 3, size: 16, cell: 16, using: &one)
    #expect(sheet.rows.map { $0.count } == [4, 4])
    #expect(sheet.rows.map { $0[0] } == pictures)
    #expect(sheet.rows[0][1] == Recipe.cifar.view(of: pictures[0], size: 16, using: &other))
    #expect(sheet.image.width == 4 * 20 + 4 && sheet.image.height == 2 * 20 + 4)
  }
}
