import SiamFeatures
import SiamTensors
import TestSupport
import Testing

@Suite struct GradientHistogramsTests {
  @Test("vectors are those of scikit-image", arguments: [(16, 4), (24, 8), (32, 4)])
  func reference(side: Int, cell: Int) throws {
    let reference = try Reference("hog")
    let cases: [[Int]] = try reference.metadata("cases")
    #expect(cases.contains([side, cell]))
    let expected = try reference.tensor("\(side)/\(cell)/vectors")
    let histograms = GradientHistograms(side: side, cell: cell)
    let name = "\(side)/\(cell)/pictures"
    let bytes = try reference.values(name, as: UInt8.self)
    let found = histograms(Tensor(try reference.shape(name), bytes.map { Float($0) / 256 }))
    #expect(found.shape == expected.shape && found.channels == histograms.dimension)
    #expect(zip(found.values, expected.values).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func `an edge votes for its own orientation, whichever side is the brighter one`() {
    let histograms = GradientHistograms(side: 16, cell: 8)
    func vector(_ bright: (_ x: Int, _ y: Int) -> Bool) -> [Float] {
      let values = (0..<16 * 16 * 3).map { bright($0 / 3 % 16, $0 / 48) ? Float(1) : 0 }
      return histograms(Tensor([1, 16, 16, 3], values)).values
    }
    func orientations(_ vector: [Float]) -> Set<Int> {
      Set(vector.indices.filter { vector[$0] > 0 }.map { $0 % 9 })
    }
    let upright = vector { x, _ in x < 5 }
    #expect(orientations(upright) == [0] && upright == vector { x, _ in x >= 5 })
    // 90° is in the fifth of nine orientations, and a diagonal's 45° in the third.
    #expect(orientations(vector { _, y in y < 5 }) == [4])
    #expect(orientations(vector { x, y in x + y < 16 }).contains(2))
  }

  @Test func `an image of another size is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      _ = GradientHistograms(side: 16, cell: 4)(Tensor(zeros: [1, 24, 24, 3]))
    }
  }
}
