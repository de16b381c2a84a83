import Testing

@testable import SiamFeatures

@Suite struct LBFGSTests {
  @Test func `the minimum of a badly scaled bowl is found`() {
    let scales = (0..<30).map { 1 + Double($0 * $0) }
    let found = LBFGS(from: [Double](repeating: 5, count: 30)) { point in
      var (value, gradient) = (0.0, [Double](repeating: 0, count: 30))
      for index in 0..<30 {
        let distance = point[index] - Double(index)
        value += scales[index] * distance * distance / 2
        gradient[index] = scales[index] * distance
      }
      return (value, gradient)
    }
    for index in 0..<30 { #expect(abs(found.point[index] - Double(index)) < 1e-3) }
    #expect(found.evaluations < 250)
  }

  @Test func `where it begins at the minimum, it stays`() {
    let found = LBFGS(from: [3]) { ([$0[0] - 3].map { $0 * $0 }[0], [2 * ($0[0] - 3)]) }
    #expect(found.point == [3] && found.evaluations == 1)
  }
}
