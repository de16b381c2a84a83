import SiamTensors
import TestSupport
import Testing

@Suite struct TensorArithmeticTests {
  private let a = Tensor([2, 3], [1, 2, 3, 4, 5, 6])
  private let b = Tensor([2, 3], [0.5, -1, 2, 0, 1, -2])

  @Test func `sums, products by a number and moving averages are element by element`() {
    #expect(scaled(a, by: 2).values == [2, 4, 6, 8, 10, 12])
    #expect(sum(a, b).values == [1.5, 1, 5, 4, 6, 4] && sum(nil, b).values == b.values)
    var x = a
    follow(&x, b, momentum: 0.5)
    #expect(x.values == [0.75, 0.5, 2.5, 2, 3, 2])
    follow(&x, b, momentum: 0)
    #expect(x.values == b.values)
  }

  @Test func `a transpose's rows are the columns, and the cross-correlation is 1 by N of xᵀ y`() {
    #expect(transposed(a).shape == [3, 2] && transposed(a).values == [1, 4, 2, 5, 3, 6])
    let correlation = crossCorrelation(a, b)
    #expect(correlation.shape == [3, 3])
    #expect(correlation.values == [0.25, 1.5, -3, 0.5, 1.5, -3, 0.75, 1.5, -3])
  }

  @Test func `columns are centred, rows made of length 1`() {
    #expect(centredColumns(a).values == [-1.5, -1.5, -1.5, 1.5, 1.5, 1.5])
    let (unit, lengths) = unitRows(Tensor([2, 2], [3, 4, 0, 0]))
    #expect(unit.values == [0.6, 0.8, 0, 0] && lengths == [5, 1e-8])
  }

  @Test func `rows are stacked, picked by index, and put back`() {
    let all = Tensor(stacking: [a, b])
    #expect(all.shape == [4, 3] && all.rows(at: [3, 0]).values == [0, 1, -2, 1, 2, 3])
    var changed = all
    changed.setRows(at: [1, 2], to: a)
    #expect(changed.values == [1, 2, 3, 1, 2, 3, 4, 5, 6, 0, 1, -2])
    #expect(all.rows(at: 2..<4).values == b.values)
    #expect(Tensor.identity(2).values == [1, 0, 0, 1])
  }
}
