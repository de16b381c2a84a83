/// Orthonormal vectors from vectors drawn one after the other, by Gram–Schmidt, twice for accuracy.
///
/// - Parameter draw: called for each new vector; must be able to leave the span of those before. A vector that nearly lies
///   in it is drawn again.
package func orthonormal(_ count: Int, drawing draw: () -> [Double]) -> [[Double]] {
  var basis: [[Double]] = []
  while basis.count < count {
    var vector = draw()
    for _ in 0..<2 {
      for other in basis {
        let along = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
        for index in vector.indices { vector[index] -= along * other[index] }
      }
    }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    if length > 1e-6 { basis.append(vector.map { $0 / length }) }
  }
  return basis
}
