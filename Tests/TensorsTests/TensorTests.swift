import SiamTensors
import Testing

@Suite struct TensorTests {
  @Test func `a copy keeps its elements when the original changes`() {
    var a = Tensor([2, 2], [1, 2, 3, 4])
    let b = a
    a.withMutableSpan { $0[0] = 9 }
    #expect(a.values == [9, 2, 3, 4])
    #expect(b.values == [1, 2, 3, 4])
  }

  @Test func `a shape that does not fit is a programming error`() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([2, 2], [1, 2, 3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor(zeros: [2, 2]).reshaped([3]) }
  }
}
