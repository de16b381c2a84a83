import Glibc
package import SiamTensors

/// NT-Xent, the normalised temperature-scaled cross entropy of 2N vectors of which each has one positive, and its
/// gradients by both.
///
/// L = −1/2N Σᵢ log(exp(sᵢⱼ) / Σₖ≠ᵢ exp(sᵢₖ)) with s = cosine / temperature and j the same picture's other view.
/// Shapes: a and b (N, D). Norms are held at 1e-8 and above, as in `negativeCosine`. Complexity: N² D.
/// Source: Chen, Kornblith, Norouzi, Hinton 2020, equation 1 and algorithm 1.
package func normalizedCrossEntropy(
  _ a: Tensor, _ b: Tensor, temperature: Double
) -> (loss: Double, gradients: (Tensor, Tensor)) {
  precondition(a.shape == b.shape, "a is \(a.shape), b is \(b.shape)")
  let (count, columns) = (a.rows, a.channels)
  let (unit, lengths) = unitRows([a, b], columns)
  var slopes = product(unit, PackedMatrix(transposing: unit))
  let rows = 2 * count
  var loss = 0.0
  // Each row of similarities becomes that of the loss's slopes by them.
  slopes.withMutableSpan { s in
    for row in 0..<rows {
      let (start, positive) = (row * rows, (row + count) % rows)
      let attraction = Double(s[start + positive]) / temperature
      var largest = -Double.infinity
      for other in 0..<rows where other != row {
        largest = max(largest, Double(s[start + other]) / temperature)
      }
      var total = 0.0
      for other in 0..<rows where other != row {
        total += exp(Double(s[start + other]) / temperature - largest)
      }
      loss += (log(total) + largest - attraction) / Double(rows)
      for other in 0..<rows {
        let share = other == row ? 0 : exp(Double(s[start + other]) / temperature - largest) / total
        s[start + other] = Float((share - (other == positive ? 1 : 0)) / (Double(rows) * temperature))
      }
    }
    // Vector i stands in row i and in column i.
    for row in 0..<rows {
      for other in 0..<row {
        let both = s[row * rows + other] + s[other * rows + row]
        (s[row * rows + other], s[other * rows + row]) = (both, both)
      }
    }
  }
  var gradient = product(slopes, PackedMatrix(unit))
  // Behind the normalisation only what is across the vector counts.
  gradient.withMutableSpan { g in
    unit.withSpan { u in
      for row in 0..<rows {
        let range = row * columns..<(row + 1) * columns
        var along = 0.0
        for index in range { along += Double(g[index]) * Double(u[index]) }
        for index in range { g[index] = Float((Double(g[index]) - along * Double(u[index])) / lengths[row]) }
      }
    }
  }
  let (all, half) = (gradient.values, count * columns)
  return (loss, (Tensor(a.shape, Array(all[..<half])), Tensor(a.shape, Array(all[half...]))))
}

/// The rows of all tensors, each of length 1, and their lengths before.
private func unitRows(_ parts: [Tensor], _ columns: Int) -> (unit: Tensor, lengths: [Double]) {
  var all = parts.flatMap(\.values)
  var lengths: [Double] = []
  for start in stride(from: 0, to: all.count, by: columns) {
    var square = 0.0
    for index in start..<start + columns { square += Double(all[index]) * Double(all[index]) }
    let length = max(square.squareRoot(), 1e-8)
    for index in start..<start + columns { all[index] = Float(Double(all[index]) / length) }
    lengths.append(length)
  }
  return (Tensor([lengths.count, columns], all), lengths)
}
