/// The minimum of a smooth convex function of many variables: L-BFGS with backtracking.
///
/// Source: Nocedal, Wright (2006), algorithms 7.4 and 3.1.
struct LBFGS {
  /// A value and the gradient there.
  typealias Evaluation = (value: Double, gradient: [Double])

  /// Where the search begins, and then the best point.
  private(set) var point: [Double]
  /// The evaluations that it took.
  private(set) var evaluations = 0

  /// The steps that the estimate of the curvature remembers.
  private static let memory = 10

  /// Searches until no slope is steeper than `tolerance`, or the value falls no more than rounding changes it.
  init(
    from start: [Double], tolerance: Double = 1e-5, iterations: Int = 500,
    _ function: ([Double]) -> Evaluation
  ) {
    point = start
    var (value, gradient) = function(point)
    evaluations = 1
    var steps: [(s: [Double], y: [Double], sy: Double)] = []
    for _ in 0..<iterations where gradient.contains(where: { abs($0) > tolerance }) {
      var direction = Self.direction(gradient, steps)
      var slope = dot(direction, gradient)
      if slope >= 0 {
        (steps, direction) = ([], gradient.map { -$0 })
        slope = -dot(gradient, gradient)
      }
      var length = steps.isEmpty ? min(1, 1 / (-slope).squareRoot()) : 1
      var next = function(Self.moved(point, direction, length))
      evaluations += 1
      // Sufficient decrease; rounding may hide a very small one.
      while !(next.value <= value + 1e-4 * length * slope), length > 1e-10 {
        // The minimum of the parabola through value, slope and the new value, within a tenth to a half.
        let parabola = -slope * length * length / (2 * (next.value - value - slope * length))
        length = parabola.isFinite ? min(max(parabola, 0.1 * length), 0.5 * length) : 0.5 * length
        next = function(Self.moved(point, direction, length))
        evaluations += 1
      }
      guard next.value < value else { return }
      let s = direction.map { length * $0 }
      let y = zip(next.gradient, gradient).map { $0 - $1 }
      let sy = dot(s, y)
      if sy > 0 {
        steps.append((s, y, sy))
        if steps.count > Self.memory { steps.removeFirst() }
      }
      point = Self.moved(point, direction, length)
      let fall = value - next.value
      (value, gradient) = next
      if fall <= 1e-3 * tolerance * max(1e-3, abs(value)) { return }
    }
  }

  /// −H · gradient, H from the steps remembered.
  private static func direction(
    _ gradient: [Double], _ steps: [(s: [Double], y: [Double], sy: Double)]
  ) -> [Double] {
    var q = gradient.map { -$0 }
    var factors: [Double] = []
    for step in steps.reversed() {
      let factor = dot(step.s, q) / step.sy
      factors.append(factor)
      add(step.y, times: -factor, to: &q)
    }
    if let last = steps.last {
      let scale = last.sy / dot(last.y, last.y)
      for index in q.indices { q[index] *= scale }
    }
    for (step, factor) in zip(steps, factors.reversed()) {
      add(step.s, times: factor - dot(step.y, q) / step.sy, to: &q)
    }
    return q
  }

  private static func moved(_ point: [Double], _ direction: [Double], _ length: Double) -> [Double] {
    var result = point
    add(direction, times: length, to: &result)
    return result
  }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  let (a, b) = (a.span, b.span)
  var sum = 0.0
  for index in a.indices { sum += a[index] * b[index] }
  return sum
}

private func add(_ x: [Double], times factor: Double, to y: inout [Double]) {
  let x = x.span
  var y = y.mutableSpan
  for index in x.indices { y[index] += factor * x[index] }
}
