import Glibc
package import SiamTensors

/// NT-Xent, the normalised temperature-scaled cross entropy of 2N vectors of which each has one positive, and its
/// gradients by both.
///
/// L = −1/2N Σᵢ log(exp(sᵢⱼ) / Σₖ≠ᵢ exp(sᵢₖ)) with s = cosine / temperature and j the same image's other view.
/// Shapes: a and b (N, D). Norms are held at 1e-8 and above, as in `negativeCosine`. Complexity: N² D.
/// Source: Chen, Kornblith, Norouzi, Hinton 2020, equation 1 and algorithm 1.
package func normalizedCrossEntropy(
  _ a: Tensor, _ b: Tensor, temperature: Double
) -> (loss: Double, gradients: (Tensor, Tensor)) {
  precondition(a.shape == b.shape, "a is \(a.shape), b is \(b.shape)")
  let (count, rows) = (a.rows, 2 * a.rows)
  let (unit, lengths) = unitRows(Tensor(stacking: [a, b]))
  var slopes = product(unit, PackedMatrix(transposing: unit))
  var loss = 0.0
  // Each row of similarities is replaced by the loss's gradient.
  slopes.updateRows { row, s in
    let positive = (row + count) % rows
    let attraction = Double(s[positive]) / temperature
    var largest = -Double.infinity
    for other in 0..<rows where other != row { largest = max(largest, Double(s[other]) / temperature) }
    var total = 0.0
    for other in 0..<rows where other != row { total += exp(Double(s[other]) / temperature - largest) }
    loss += (log(total) + largest - attraction) / Double(rows)
    for other in 0..<rows {
      let share = other == row ? 0 : exp(Double(s[other]) / temperature - largest) / total
      s[other] = Float((share - (other == positive ? 1 : 0)) / (Double(rows) * temperature))
    }
  }
  // Vector i contributes to row i and column i.
  var gradient = product(sum(slopes, transposed(slopes)), PackedMatrix(unit))
  // Through the normalisation only the component orthogonal to the vector counts.
  gradient.updateRows(with: unit) { row, g, u in
    let along = dot(g.span, u)
    for index in g.indices { g[index] = Float((Double(g[index]) - along * Double(u[index])) / lengths[row]) }
  }
  return (loss, (gradient.rows(at: 0..<count), gradient.rows(at: count..<rows)))
}
