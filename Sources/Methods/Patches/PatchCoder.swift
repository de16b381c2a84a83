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
  private let packedWhitening: PackedMatrix
  private let integers: IntegerDictionary

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
    integers = IntegerDictionary(dictionary, threshold: threshold)
  }

  package var atoms: Int { dictionary.rows }

  /// The codes of image `index` of a batch, (N, size, size, 3), values from 0 to 1; on the calling thread.
  package func codes(of images: Tensor, _ index: Int) -> PatchCodes {
    let (grid, rank) = (configuration.grid, configuration.rank)
    let row = configuration.size * 3
    let z = Tensor(uninitialized: [grid * grid, rank])
    var patches = unsafe ck_patches(
      input: images.buffer.base + index * configuration.size * row, rows: grid, columns: grid,
      row_step: row, pixel_step: 3, runs: configuration.patch, length: configuration.patch * 3, run_step: row)
    unsafe ck_kernels().pointee.multiply(
      &patches, packedWhitening.panels.base, rank, whitening.bias.buffer.base, 0, z.buffer.base, grid * rank,
      rank)
    unsafe ck_kernels().pointee.normalize_rows(z.buffer.base, grid * grid, rank, smallestNorm)
    return integers.codes(of: z)
  }
}

/// The active atoms of each patch, one patch behind the other.
package struct PatchCodes: Sendable {
  /// Where each patch's atoms end.
  package fileprivate(set) var ends: [Int32]
  /// Ascending within a patch.
  package fileprivate(set) var atoms: [UInt16]

  package var patches: Int { ends.count }
}

/// A dictionary in integers of 8 bits, whose products with patches have the same sums on every processor.
///
/// A patch's numbers are rounded to 1/105 and lie within ±0.6, beyond which hardly any of a unit vector of 16 numbers or
/// more does; each atom's are scaled to ±127. A cosine is wrong by about 0.003.
private struct IntegerDictionary: Sendable {
  /// (atoms, rank), as `reached_atoms` wants them.
  private let panels: [Int8]
  /// The cosine's threshold in units of each atom, less what the offset of the patches' numbers adds.
  private let thresholds: [Int32]
  private let rank: Int
  private static let scale: Float = 105
  private static let offset = 64

  init(_ dictionary: Tensor, threshold: Float) {
    let (atoms, rank) = (dictionary.rows, dictionary.channels)
    var panels = [Int8](repeating: 0, count: atoms * rank)
    var thresholds = [Int32](repeating: 0, count: atoms)
    dictionary.withSpan { values in
      for atom in 0..<atoms {
        let row = values.extracting(atom * rank..<(atom + 1) * rank)
        var largest: Float = 0
        for k in row.indices { largest = max(largest, abs(row[k])) }
        let scale = largest > 0 ? 127 / largest : 0
        var sum = 0
        for k in row.indices {
          let value = Int((row[k] * scale).rounded())
          panels[((atom / 16 * rank / 4 + k / 4) * 16 + atom % 16) * 4 + k % 4] = Int8(value)
          sum += value
        }
        thresholds[atom] = Int32((threshold * scale * Self.scale).rounded(.up)) + Int32(Self.offset * sum)
      }
    }
    (self.panels, self.thresholds, self.rank) = (panels, thresholds, rank)
  }

  /// The codes of whitened patches of length 1, (patches, rank).
  func codes(of z: Tensor) -> PatchCodes {
    let (patches, atoms) = (z.rows, thresholds.count)
    let kernels = unsafe ck_kernels().pointee
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: z.count) { to, count in
      if let to = to.baseAddress { unsafe kernels.to_bytes(z.buffer.base, z.count, Self.scale, to) }
      count = z.count
    }
    var found = 0
    let bits = unsafe [UInt16](unsafeUninitializedCapacity: patches * atoms / 16) { to, count in
      if let to = to.baseAddress {
        found = unsafe kernels.reached_atoms(bytes, patches, rank, panels, atoms, thresholds, to)
      }
      count = patches * atoms / 16
    }
    var ends = [Int32](repeating: 0, count: patches)
    let active = unsafe [UInt16](unsafeUninitializedCapacity: found) { to, count in
      if let to = to.baseAddress { unsafe kernels.list_atoms(bits, patches, atoms, to, &ends) }
      count = found
    }
    return PatchCodes(ends: ends, atoms: active)
  }
}
