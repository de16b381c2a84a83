import Glibc
package import SiamTensors

/// How far a gradient is from the slopes of the function it belongs to, relative to the gradient's length.
///
/// The slopes are central differences along random directions, (f(x + h d) − f(x − h d)) / 2h with d normal. The function
/// computes in double precision, so h can be small enough that no ReLU turns on the way and the error is about 1e-8:
/// what is left is the error of the gradient. An error e in the gradient shows as |e · d|, which is as large as ‖e‖
/// wherever in the gradient it sits.
///
/// - Parameters:
///   - range: the coordinates to vary; nil is all of them.
///   - scale: a length to hold errors against when the gradient itself is nearly zero.
package func largestGradientError(
  _ gradient: [Float], at point: [Double], varying range: Range<Int>? = nil, directions: Int = 4,
  step: Double = 1e-6,
  scale: Double = 1e-3, seed: UInt64 = 1, _ function: ([Double]) -> Double
) -> Double {
  precondition(gradient.count == point.count, "\(gradient.count) slopes for \(point.count) coordinates")
  let range = range ?? point.indices
  var generator = CounterGenerator(seed, UInt64(point.count))
  var largest = 0.0
  let length = gradient[range].reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  for _ in 0..<directions {
    var (ahead, behind, along) = (point, point, 0.0)
    for index in range {
      let radius = (-2 * log(Double.random(in: 0x1p-53..<1, using: &generator))).squareRoot()
      let d = radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
      ahead[index] += step * d
      behind[index] -= step * d
      along += Double(gradient[index]) * d
    }
    let slope = (function(ahead) - function(behind)) / (2 * step)
    let error = abs(along - slope) / max(length, scale)
    largest = error.isNaN ? .infinity : max(largest, error)
  }
  return largest
}

/// ‖found − expected‖ / ‖expected‖; infinite where the counts differ or a number is none.
///
/// - Parameter floor: a length to hold errors against when what is expected is nearly zero.
package func relativeError(_ found: [Float], _ expected: [Double], floor: Double = 0) -> Double {
  guard found.count == expected.count else { return .infinity }
  var (error, length) = (0.0, 0.0)
  for (a, b) in zip(found, expected) {
    error += (Double(a) - b) * (Double(a) - b)
    length += b * b
  }
  let ratio = error == 0 ? 0 : error.squareRoot() / max(length.squareRoot(), floor)
  return ratio.isNaN ? .infinity : ratio
}

package func relativeError(_ found: [Float], _ expected: [Float], floor: Double = 0) -> Double {
  relativeError(found, expected.map(Double.init), floor: floor)
}

/// Whether two tensors have the same shape and the same bits; NaN equals itself here, and 0 is not −0.
package func sameBits(_ a: Tensor, _ b: Tensor) -> Bool {
  a.shape == b.shape && a.values.elementsEqual(b.values) { $0.bitPattern == $1.bitPattern }
}
