import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct BorderedRowsTests {
  /// Rows of the second of two images of 4 x 3 pixels with two channels, one row of the room after the other.
  private func filled(_ bands: [Range<Int>], border: Int, reflection: Int) -> [[Float]] {
    let x = Activation(Tensor([2, 4, 3, 2], (0..<48).map(Float.init)))
    var room = BorderedRows(
      rows: bands.map(\.count).max() ?? 0, columns: 4 + 2 * border, left: border, reflection: reflection,
      of: x)
    for rows in bands { room.fill(rows, of: 1, from: x) }
    return (0..<(bands.last?.count ?? 0)).map { row in
      (0..<room.step).map { unsafe room.row(row)[$0] }
    }
  }

  private func pixel(_ row: Int, _ column: Int) -> [Float] {
    let first = Float(24 + (row * 3 + column) * 2)
    return [first, first + 1]
  }

  @Test func `zeros surround a picture, whatever the room held before`() {
    let zeros = [Float](repeating: 0, count: 2)
    let rows = filled([0..<4, -1..<1, 2..<6], border: 1, reflection: 0)
    let expected = (2..<6).map { row in
      (-1..<5).flatMap { (0..<4).contains(row) && (0..<3).contains($0) ? pixel(row, $0) : zeros }
    }
    #expect(rows == expected)
  }

  @Test func `a reflection surrounds a picture, and zeros that`() {
    let zeros = [Float](repeating: 0, count: 2)
    let rows = filled([0..<4, -1..<4, 2..<7], border: 1, reflection: 1)
    func mirrored(_ index: Int, _ count: Int) -> Int { index < 0 ? 1 : index == count ? count - 2 : index }
    let expected = (2..<7).map { row in
      (-1..<5).flatMap {
        (-1..<5).contains(row) && (-1..<4).contains($0)
          ? pixel(mirrored(row, 4), mirrored($0, 3)) : zeros
      }
    }
    #expect(rows == expected)
  }

  @Test("the copy applies what is pending", arguments: [Float(0), 0.2, 1])
  func pending(slope: Float) {
    let values = Tensor([1, 2, 2, 1], [-1, 2, 3, -4])
    let normalized = Normalized(
      scale: Tensor([1], [2]), shift: Tensor([1], [1]), mean: Tensor([1], [0]), inverse: [1], pixels: 0)
    let x = Activation(values, pending: normalized, slope: slope)
    var room = BorderedRows(rows: 2, columns: 2, left: 0, of: x)
    room.fill(0..<2, of: 0, from: x)
    let found = (0..<2).flatMap { row in (0..<2).map { unsafe room.row(row)[$0] } }
    #expect(found == [-1 * slope, 5, 7, -7 * slope])
  }
}
