import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamMethods
import SiamTensors

/// Images as whitened sparse codes of their patches, with views that are means over some of the patches.
///
/// With a the mean code of a view, centred: E[aaᵀ] = I by the whitening, and E[a₁a₂ᵀ] over two views of an image is what
/// the closed form takes its eigenvectors of.
struct CodeViews {
  /// The views of each image: (images, views, atoms), whitened.
  let views: [Matrix]
  /// E[a₁a₂ᵀ] over two views of an image.
  let agreement: Matrix
  /// The mean codes of whole images, whitened: a row each.
  let bank, queries: Matrix

  var dimension: Int { agreement.rows }

  /// What is added to the covariance's diagonal, as a share of its mean.
  private static let ridge = 1e-2

  /// - Parameters:
  ///   - atoms: the size of the dictionary, and so of a code.
  ///   - count: views of an image; each has as many of its patches, drawn once.
  /// - Throws: `PatchFitError`, and what reading the images throws.
  init(
    _ testbed: Testbed, atoms: Int, views count: Int, seed: UInt64, progress: (String) throws -> Void
  ) throws {
    var configuration = PatchConfiguration()
    (configuration.size, configuration.atoms, configuration.seed) = (32, atoms, seed)
    (configuration.components, configuration.images) = (2, 1000)
    let encoder = try PatchEncoder(fitting: configuration, to: testbed.bank) { done, total in
      try progress("codes: \(done) of \(total) pictures")
    }
    let coder = encoder.stages[0].coder
    let known = try Self.means(of: testbed.bank, coder, views: count, seed: seed)
    let asked = try Self.means(of: testbed.queries, coder, views: 1, seed: seed)
    let (images, m) = (known.count, coder.atoms)

    var mean = [Double](repeating: 0, count: m)
    for image in known {
      for (index, value) in image.values.enumerated() {
        mean[index % m] += value / Double(images * count)
      }
    }
    func centred(_ x: Matrix) -> Matrix {
      Matrix(x.rows, m, x.values.enumerated().map { $1 - mean[$0 % m] })
    }
    let all = Matrix(images * count, m, known.flatMap { centred($0).values })
    var covariance = (1 / Double(all.rows)) * (all.transposed * all)
    let trace = (0..<m).reduce(0) { $0 + covariance.values[$1 * m + $1] }
    for index in 0..<m { covariance.values[index * m + index] += Self.ridge * trace / Double(m) }
    guard trace > 0, let factor = CholeskyFactor(covariance) else { throw PatchFitError.flat }

    // Rows are vectors: a row a becomes L⁻¹a, whose covariance is the identity but for the ridge.
    func whitened(_ x: Matrix) -> Matrix { factor.solvedLower(centred(x)) }
    views = known.map(whitened)
    // Sum over ordered pairs of different views = (sum)(sum)ᵀ − sum of squares.
    var sums = Matrix(zeros: images, m)
    for (index, image) in views.enumerated() {
      for view in 0..<count {
        for j in 0..<m { sums.values[index * m + j] += image.values[view * m + j] }
      }
    }
    let each = Matrix(images * count, m, views.flatMap(\.values))
    let pairs = Double(images * count * (count - 1))
    agreement = ((1 / pairs) * (sums.transposed * sums - each.transposed * each)).symmetricPart
    bank = (1 / Double(count)) * sums
    queries = whitened(Matrix(asked.count, m, asked.flatMap(\.values)))
  }

  /// The mean codes of `count` disjoint parts of each image's patches: (count, atoms) an image.
  private static func means(
    of images: ImageSubset, _ coder: PatchCoder, views count: Int, seed: UInt64
  ) throws -> [Matrix] {
    let unit = Normalization(mean: [0, 0, 0], deviation: [1, 1, 1])
    var result: [Matrix] = []
    for start in stride(from: 0, to: images.count, by: 256) {
      let some = images.indices[start..<min(start + 256, images.count)]
      let batch = try ViewLoader.images(
        some, of: images.store, normalization: unit, size: coder.configuration.size)
      result += parallelMap(some.count) { index in
        let codes = coder.codes(of: batch, index)
        var generator = CounterGenerator(seed, 0x7669_6577, UInt64(start + index))
        let order = chosen(codes.patches, of: codes.patches, using: &generator)
        var part = [Int](repeating: 0, count: codes.patches)
        for (place, patch) in order.enumerated() { part[patch] = place % count }
        var (sums, sizes) = (Matrix(zeros: count, coder.atoms), [Double](repeating: 0, count: count))
        var first = 0
        for patch in 0..<codes.patches {
          let end = Int(codes.ends[patch])
          for position in first..<end {
            sums.values[part[patch] * coder.atoms + Int(codes.atoms[position])] += 1
          }
          (first, sizes[part[patch]]) = (end, sizes[part[patch]] + 1)
        }
        return Matrix(
          count, coder.atoms, sums.values.enumerated().map { $1 / sizes[$0 / coder.atoms] })
      }
    }
    return result
  }
}
