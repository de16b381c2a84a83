/// y after one step of the classical Runge–Kutta method of fourth order for y' = slope(y).
func rungeKuttaStep(_ y: [Double], step: Double, _ slope: ([Double]) -> [Double]) -> [Double] {
  func moved(_ slope: [Double], _ factor: Double) -> [Double] {
    zip(y, slope).map { $0 + factor * $1 }
  }
  let a = slope(y)
  let b = slope(moved(a, step / 2))
  let c = slope(moved(b, step / 2))
  let d = slope(moved(c, step))
  return y.indices.map { y[$0] + step / 6 * (a[$0] + 2 * b[$0] + 2 * c[$0] + d[$0]) }
}
