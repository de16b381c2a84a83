import SiamTensors
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct PoolingTests {
  @Test("a max-pool's dx agrees with the plain network", arguments: [(1, 1), (2, 3), (5, 7), (6, 4)])
  func maximum(height: Int, width: Int) {
    let x = randomTensor([2, height, width, 3], 1)
    let parameters = Parameters(wild: ParameterLayout())
    let alone = errors(
      x, parameters, of: { run([MaxPool()], x, parameters, dy: $0) }, against: { $0.maxPool($1) })
    #expect(alone.largest < 1e-5, "\(alone)")
  }

  @Test func `a max-pool above a unit does what that one leaves pending, and its backward`() {
    var layout = ParameterLayout()
    let unit = ConvolutionUnit(2, 3, named: "unit", in: &layout)
    let parameters = Parameters(wild: layout)
    let x = randomTensor([3, 5, 4, 2], 1)
    let errors = errors(
      x, parameters, of: { run([unit, MaxPool()], x, parameters, dy: $0) },
      against: { network, x in
        network.maxPool(network.unit(x, "unit"))
      })
    #expect(errors.largest < 1e-4, "\(errors)")
  }

  @Test func `a max-pool is PyTorch's, which gives the gradient of equal values to the first`() throws {
    try expectPyTorch(Reference("layers"), "maximum", ParameterLayout()) {
      run([MaxPool()], $0, $1, dy: $2, $3)
    }
  }

  @Test func `a max-pool lets NaN through`() {
    var x = Tensor(zeros: [1, 4, 4, 1])
    x.withMutableSpan { $0[5] = .nan }
    let y = run([MaxPool()], x, Parameters(wild: ParameterLayout())).y.values
    #expect(y.allSatisfy { $0.isNaN })
  }

  @Test("averages over cells are PyTorch's adaptive ones", arguments: [1, 2, 3])
  func average(side: Int) throws {
    let reference = try Reference("layers")
    let x = try reference.tensor("average \(side)/x")
    let expected: [Float] = try reference.values("average \(side)/y")
    let y = averagePooled(x, to: side)
    #expect(y.shape == [2, side * side * x.channels])
    #expect(relativeError(y.values, expected) < 1e-6)
  }

  @Test("the global average's dx agrees with the plain network", arguments: [(1, 1), (5, 7)])
  func globally(height: Int, width: Int) {
    let x = randomTensor([2, height, width, 3], 1)
    let (average, dy) = (globalAverage(x), randomTensor([2, 3], 2))
    let plain = PlainNetwork(ParameterLayout(), [])
    func y(_ x: [Double]) -> [Double] { plain.average(PlainMap(2, height, width, 3, x)).values }
    let point = x.values.map(Double.init)
    #expect(relativeError(average.y.values, y(point)) < 1e-6)
    #expect(largestGradientError(average.backward(dy).values, at: point) { weighed(y($0), dy.values) } < 1e-6)
  }

  @Test func `more cells than pixels repeat pixels`() {
    #expect(averagePooled(Tensor([1, 1, 2, 1], [3, 5]), to: 4).values.prefix(4) == [3, 3, 5, 5])
  }
}
