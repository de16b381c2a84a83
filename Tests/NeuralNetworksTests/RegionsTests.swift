import Testing

@testable import SiamNeuralNetworks

@Suite struct RegionsTests {
  @Test("bands cover every row of every picture once, in order", arguments: [1, 2, 3], [1, 4, 7, 100])
  func bands(batch: Int, height: Int) {
    for floats in [1, 10_000, 65_536, 1_000_000] {
      let bands = Regions(batch: batch, height: height, floats: floats)
      let rows = (0..<bands.count).flatMap { index in
        bands[index].rows.map { bands[index].image * height + $0 }
      }
      #expect(rows == Array(0..<batch * height))
      #expect((0..<bands.count).allSatisfy { bands[$0].index == $0 })
      #expect(height < 4 || bands.count >= 4 * batch - batch)
    }
  }

  @Test func `pictures are regions of their own`() {
    let regions = Regions(images: 3, height: 5)
    #expect((0..<regions.count).map { regions[$0].image } == [0, 1, 2])
    #expect((0..<regions.count).allSatisfy { regions[$0].rows == 0..<5 })
  }
}
