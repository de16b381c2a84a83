import Glibc
import SiamTensors
import Testing

@testable import SiamLaboratory

@Suite struct LinearSiameseTests {
  @Test func `resting points and critical decay are those of the closed form`() throws {
    let rest = try #require(LinearSiamese.restingPoints(noise: 0.5, decay: 0.05))
    #expect(abs(rest.lower - 0.0544466578219748) < 1e-12 && abs(rest.upper - 0.6122200088446919) < 1e-12)
    #expect(abs(LinearSiamese.criticalDecay(noise: 0.5) - 1.0 / 6) < 1e-15)
    #expect(LinearSiamese.restingPoints(noise: 0.5, decay: 0.1667) == nil)
  }

  @Test(
    "a mode rests at 0 below p− and at p+ above",
    arguments: [
      (0.03, 0.0), (0.0544, 0.0), (0.0545, 0.6122200088446919), (0.5, 0.6122200088446919),
      (1.4, 0.6122200088446919),
    ])
  func mode(start: Double, end: Double) {
    #expect(abs(LinearSiamese.mode(from: start, noise: 0.5, decay: 0.05, time: 4000, step: 0.2) - end) < 1e-9)
  }

  @Test func `the slopes are those of the mean loss`() {
    var generator = CounterGenerator(7)
    var network = LinearSiamese(
      start: [0.4, 0.7], inputs: 3, noise: 0.5, decay: 0.1, departure: 0.2, asymmetry: 0.2, using: &generator)
    let target = network.encoder
    // E ||P W (x + δ₁) − T (x + δ₂)||² / 2 = [(1 + σ²) (‖PW‖² + ‖T‖²) − 2 tr(PW Tᵀ)] / 2, and the decay.
    func loss(_ network: LinearSiamese) -> Double {
      let product = network.predictor * network.encoder
      let cross = zip(product.values, target.values).reduce(0) { $0 + $1.0 * $1.1 }
      let sizes = pow(network.encoder.norm, 2) + pow(network.predictor.norm, 2)
      return 0.5 * (1.5 * (pow(product.norm, 2) + pow(target.norm, 2)) - 2 * cross) + 0.05 * sizes
    }
    let slope = network.slope()
    let h = 1e-5
    for index in network.encoder.values.indices {
      let middle = network.encoder.values[index]
      network.encoder.values[index] = middle + h
      let ahead = loss(network)
      network.encoder.values[index] = middle - h
      let behind = loss(network)
      network.encoder.values[index] = middle
      #expect(abs(slope.encoder.values[index] + (ahead - behind) / (2 * h)) < 1e-8)
    }
    for index in network.predictor.values.indices {
      let middle = network.predictor.values[index]
      network.predictor.values[index] = middle + h
      let ahead = loss(network)
      network.predictor.values[index] = middle - h
      let behind = loss(network)
      network.predictor.values[index] = middle
      #expect(abs(slope.predictor.values[index] + (ahead - behind) / (2 * h)) < 1e-8)
    }
  }

  @Test func `what lies off the parabola decays as exp(-2ηt)`() {
    var generator = CounterGenerator(1)
    var network = LinearSiamese(
      start: [0.3, 0.8], inputs: 4, noise: 0.5, decay: 0.05, departure: 0.1, asymmetry: 0.1, using: &generator
    )
    let first = network.invariant
    for _ in 0..<200 { network.flow(by: 0.05) }
    let expected = exp(-2 * 0.05 * 10) * first
    #expect((network.invariant - expected).norm < 1e-8 && first.norm > 0.1)
  }

  @Test func `conjugate gradients solve, and orthonormal rows are orthonormal`() {
    var generator = CounterGenerator(2)
    let root = Matrix(5, 5, deviation: 1, using: &generator)
    let a = root * root.transposed + Matrix(diagonal: [1, 1, 1, 1, 1])
    let b: [Double] = [1, -2, 3, 0, 5]
    let x = a.solution(for: b)
    #expect(squaredDistance((a * Matrix(5, 1, x)).values, b) < 1e-16)
    let q = Matrix.orthonormal(3, 6, using: &generator)
    #expect((q * q.transposed - Matrix(diagonal: [1, 1, 1])).norm < 1e-12)
  }
}
