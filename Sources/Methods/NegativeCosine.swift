package import SiamTensors

/// D(p, z) = −(1/N) Σᵢ pᵢ·zᵢ / (‖pᵢ‖ ‖zᵢ‖), and its gradient by p; z is a constant.
///
/// Shapes: p and z (N, D). Norms are held at 1e-8 and above, as PyTorch's `cosine_similarity` does.
/// Source: Chen and He 2020, "Exploring Simple Siamese Representation Learning", equation 1.
package func negativeCosine(_ p: Tensor, _ z: Tensor) -> (loss: Double, dp: Tensor) {
  precondition(p.shape == z.shape, "p is \(p.shape), z is \(z.shape)")
  let count = Double(p.rows)
  var (loss, dp) = (0.0, p)
  dp.updateRows(with: z) { _, p, z in
    let (pp, zz, pz) = (dot(p.span, p.span), dot(z, z), dot(p.span, z))
    let (lengthP, lengthZ) = (max(pp.squareRoot(), 1e-8), max(zz.squareRoot(), 1e-8))
    let cosine = pz / (lengthP * lengthZ)
    loss -= cosine / count
    let scale = -1 / (count * lengthP)
    for i in p.indices {
      p[i] = Float(scale * (Double(z[i]) / lengthZ - cosine * Double(p[i]) / lengthP))
    }
  }
  return (loss, dp)
}
