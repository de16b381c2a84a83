package import SiamTensors

/// D(p, z) = −(1/N) Σᵢ pᵢ·zᵢ / (‖pᵢ‖ ‖zᵢ‖), and its gradient by p; z is a constant.
///
/// Shapes: p and z (N, D). Norms are held at 1e-8 and above, as PyTorch's `cosine_similarity` does.
/// Source: Chen and He 2020, "Exploring Simple Siamese Representation Learning", equation 1.
package func negativeCosine(_ p: Tensor, _ z: Tensor) -> (loss: Double, dp: Tensor) {
  precondition(p.shape == z.shape, "p is \(p.shape), z is \(z.shape)")
  let (rows, columns) = (p.rows, p.channels)
  var dp = Tensor(zeros: p.shape)
  var loss = 0.0
  p.withSpan { p in
    z.withSpan { z in
      dp.withMutableSpan { dp in
        for row in 0..<rows {
          let start = row * columns
          var (pp, zz, pz) = (0.0, 0.0, 0.0)
          for i in start..<start + columns {
            let (a, b) = (Double(p[i]), Double(z[i]))
            pp += a * a
            zz += b * b
            pz += a * b
          }
          let (lengthP, lengthZ) = (max(pp.squareRoot(), 1e-8), max(zz.squareRoot(), 1e-8))
          let cosine = pz / (lengthP * lengthZ)
          loss -= cosine / Double(rows)
          let scale = -1 / (Double(rows) * lengthP)
          for i in start..<start + columns {
            dp[i] = Float(scale * (Double(z[i]) / lengthZ - cosine * Double(p[i]) / lengthP))
          }
        }
      }
    }
  }
  return (loss, dp)
}
