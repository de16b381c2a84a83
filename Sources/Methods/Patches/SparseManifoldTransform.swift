import CSiamKernels
import SiamFeatures
import SiamTensors

/// The statistics of sparse codes over images, and the projection that they lead to.
///
/// With a a patch's code and ā the mean of an image's: m = E[a], V = E[aaᵀ] − mmᵀ, G = E[āāᵀ] − mmᵀ. The projection P
/// has unit covariance, PᵀVP = I, and differs least between patches of one image, which is to say that PᵀGP is
/// largest: the leading eigenvectors of L⁻¹GL⁻ᵀ with V = LLᵀ. It is the loss of two views, ‖Pᵀ(a₁ − a₂)‖², with the
/// constraint in place of predictor and stop-gradient, solved exactly.
struct SparseManifoldTransform {
  private let atoms: Int
  /// Sums of the products of codes, (atoms, atoms), of every few patches.
  private var pairs: [Float]
  private var pairPatches = 0
  private var means: FeatureMoments
  /// Every so many patches count in V: neighbours say nearly the same.
  private static let every = 7
  /// What is added to V's diagonal, as a share of its mean.
  private static let ridge = 1e-4

  init(atoms: Int) {
    self.atoms = atoms
    pairs = [Float](repeating: 0, count: atoms * atoms)
    means = FeatureMoments(dimension: atoms)
  }

  /// Adds images by the codes of their patches.
  mutating func add(_ images: [PatchCodes]) {
    let width = atoms
    let mean = Tensor(zeros: [images.count, width])
    let to = mean.buffer
    parallelFor(images.count) { index in
      let codes = images[index]
      let share = 1 / Float(codes.patches)
      let row = unsafe to.base + index * width
      for position in 0..<Int(codes.ends.last ?? 0) {
        unsafe row[Int(codes.atoms[position])] += share
      }
    }
    means.add(mean)
    // By bands of rows, each over all patches: the sums do not depend on the threads.
    unsafe pairs.withUnsafeMutableBufferPointer { pairs in
      let start = UInt(bitPattern: pairs.baseAddress)
      parallelFor(0..<width, by: max(16, width / 16)) { band in
        guard let pairs = unsafe UnsafeMutablePointer<Float>(bitPattern: start) else { return }
        for codes in images {
          unsafe codes.atoms.withUnsafeBufferPointer { atoms in
            unsafe codes.ends.withUnsafeBufferPointer { ends in
              guard let atoms = atoms.baseAddress, let ends = ends.baseAddress else { return }
              unsafe ck_kernels().pointee.count_pairs(
                atoms, ends, codes.patches, Self.every, band.lowerBound, band.upperBound, width, pairs)
            }
          }
        }
      }
    }
    pairPatches += images.reduce(0) { $0 + ($1.patches + Self.every - 1) / Self.every }
  }

  /// Takes the statistics apart, since several matrices of atoms x atoms take more memory than everything else:
  /// nothing can be added afterwards.
  ///
  /// - Returns: nil if the codes span no space: no atom is active anywhere.
  mutating func embedding(dimension: Int, seed: UInt64) -> PatchEmbedding? {
    let (m, n) = (means.mean, atoms)
    let g = PackedDoubles(means.covariance)
    means = FeatureMoments(dimension: 0)
    var v = Matrix(n, n, pairs.map { Double($0) / Double(max(1, pairPatches)) })
    pairs = []
    // The mean over the patches that were counted, a² being a: so V is a covariance, and never indefinite.
    let own = (0..<n).map { v.values[$0 * n + $0] }
    var trace = 0.0
    for i in 0..<n {
      for j in 0..<n { v.values[i * n + j] -= own[i] * own[j] }
      trace += v.values[i * n + i]
    }
    guard trace > 0 else { return nil }
    for i in 0..<n { v.values[i * n + i] += Self.ridge * trace / Double(n) }
    guard let factor = CholeskyFactor(consume v) else { return nil }
    let leading = LeadingEigenvectors(min(dimension, n), side: n, seed: seed) { x in
      factor.solvedLower(factor.solvedUpper(x) * g)
    }
    let p = factor.solvedUpper(leading.vectors)
    let projection = p.transposed
    let offset = p * Matrix(n, 1, m)
    return PatchEmbedding(
      projection: Tensor([n, p.rows], projection.values.map { Float($0) }),
      offset: Tensor([p.rows], offset.values.map { Float(-$0) }))
  }
}
