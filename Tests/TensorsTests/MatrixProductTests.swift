import SiamTensors
import Testing

@Suite struct MatrixProductTests {
  @Test(
    "a product equals the sum it stands for",
    arguments: [(1, 1, 1), (3, 7, 5), (5, 33, 16), (17, 64, 31), (40, 9, 100), (4, 20, 64), (130, 12, 33)])
  func products(sizes: (rows: Int, depth: Int, columns: Int)) {
    var generator = CounterGenerator(7)
    let (rows, depth, columns) = sizes
    let x = (0..<rows * depth).map { _ in Float.random(in: -1...1, using: &generator) }
    let w = (0..<depth * columns).map { _ in Float.random(in: -1...1, using: &generator) }
    let b = (0..<columns).map { _ in Float.random(in: -1...1, using: &generator) }
    let matrix = PackedMatrix(Tensor([depth, columns], w))
    let y = product(Tensor([rows, depth], x), matrix, bias: Tensor([columns], b)).values
    for row in 0..<rows {
      for column in 0..<columns {
        let sum = (0..<depth).reduce(Double(b[column])) {
          $0 + Double(x[row * depth + $1]) * Double(w[$1 * columns + column])
        }
        #expect(abs(Double(y[row * columns + column]) - sum) < 1e-4)
      }
    }
  }

  @Test func `a transposed packing equals the packing of the transpose`() {
    let matrix = Tensor([3, 2], [1, 2, 3, 4, 5, 6])
    let x = Tensor([1, 2], [1, 10])
    #expect(product(x, PackedMatrix(transposing: matrix)).values == [21, 43, 65])
  }

  @Test func `a wrong depth is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      _ = product(Tensor(zeros: [1, 3]), PackedMatrix(Tensor(zeros: [4, 2])))
    }
  }
}
