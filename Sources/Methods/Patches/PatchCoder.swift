import CSiamKernels
package import SiamTensors

/// From an image to the sparse codes of its patches: the atoms of the dictionary that a whitened patch points towards.
///
/// a_j = 1 where z·d_j / ‖z‖ ≥ threshold, else 0. Source: Chen, Yun, Ma, Olshausen, LeCun 2022, section 3.
package struct PatchCoder: Sendable {
  package let configuration: PatchConfiguration
  package let whitening: PatchWhitening
  /// (atoms, rank), unit rows.
  package let dictionary: Tensor
  /// The cosine from which an atom is active.
  package let threshold: Float
  /// ‖z‖ counts as this where it is less, so that noise on a flat patch activates nothing.
  package let smallestNorm: Float
  private let packedWhitening, packedDictionary: PackedMatrix

  /// - Precondition: the number of atoms is a multiple of 16, and at most 65,536.
  package init(
    _ configuration: PatchConfiguration, _ whitening: PatchWhitening, dictionary: Tensor, threshold: Float,
    smallestNorm: Float
  ) {
    precondition(
      dictionary.rows % 16 == 0 && dictionary.rows <= 1 << 16, "a dictionary of \(dictionary.rows) atoms")
    (self.configuration, self.whitening, self.dictionary) = (configuration, whitening, dictionary)
    (self.threshold, self.smallestNorm) = (threshold, smallestNorm)
    packedWhitening = PackedMatrix(whitening.weights)
    packedDictionary = PackedMatrix(transposing: dictionary)
  }

  var atoms: Int { dictionary.rows }

  /// The codes of image `index` of a batch, (N, size, size, 3), values from 0 to 1; on the calling thread.
  func codes(of images: Tensor, _ index: Int) -> PatchCodes {
    let (grid, rank) = (configuration.grid, configuration.rank)
    let row = configuration.size * 3
    let z = Tensor(uninitialized: [grid * grid, rank])
    var patches = unsafe ck_patches(
      input: images.buffer.base + index * configuration.size * row, rows: grid, columns: grid,
      row_step: row, pixel_step: 3, runs: configuration.patch, length: configuration.patch * 3, run_step: row)
    unsafe ck_kernels().pointee.multiply(
      &patches, packedWhitening.panels.base, rank, whitening.bias.buffer.base, z.buffer.base, grid * rank,
      rank)
    unsafe ck_kernels().pointee.normalize_rows(z.buffer.base, grid * grid, rank, smallestNorm)
    // A row of patches at a time: its cosines stay in the second-level cache.
    let cosines = Tensor(uninitialized: [grid, atoms])
    var codes = PatchCodes(patches: grid * grid, capacity: grid * grid * max(8, atoms / 16))
    for line in 0..<grid {
      unsafe multiply(
        rows: grid, z.buffer.base + line * grid * rank, packedDictionary, to: cosines.buffer.base)
      codes.append(cosines, from: line * grid, threshold: threshold)
    }
    return codes
  }
}

/// The active atoms of each patch, one patch behind the other.
struct PatchCodes: Sendable {
  /// Where each patch's atoms end.
  private(set) var ends: [Int32]
  /// Ascending within a patch.
  private(set) var atoms: [UInt16]
  private var count = 0

  init(patches: Int, capacity: Int) {
    ends = [Int32](repeating: 0, count: patches)
    atoms = [UInt16](repeating: 0, count: capacity)
  }

  var patches: Int { ends.count }

  /// Adds the codes of some patches, whose cosines are rows of a tensor.
  mutating func append(_ cosines: Tensor, from first: Int, threshold: Float) {
    let (rows, columns) = (cosines.rows, cosines.channels)
    // The kernel writes whole vectors, and at most all atoms of a row.
    if count + rows * columns + 16 > atoms.count {
      let most = count + rows * columns + 16
      atoms += [UInt16](repeating: 0, count: most - atoms.count)
    }
    let start = count
    count = unsafe atoms.withUnsafeMutableBufferPointer { atoms in
      unsafe ends.withUnsafeMutableBufferPointer { ends in
        guard let atoms = atoms.baseAddress, let ends = ends.baseAddress else { return start }
        return unsafe ck_kernels().pointee.active_columns(
          cosines.buffer.base, rows, columns, threshold, atoms, start, ends + first)
      }
    }
  }
}
