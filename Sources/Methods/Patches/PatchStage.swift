import CSiamKernels
import SiamNeuralNetworks
package import SiamTensors

/// The part of a patch encoder that sees images of one size: codes of patches, their embeddings, averages over cells.
package struct PatchStage: Sendable {
  package let coder: PatchCoder
  package let embedding: PatchEmbedding

  package init(coder: PatchCoder, embedding: PatchEmbedding) {
    (self.coder, self.embedding) = (coder, embedding)
  }

  /// The cells' vectors, each of length 1: (N, cells · cells · dimension).
  ///
  /// Embeddings are summed over small windows, the sums normalised, so that a window with little in it counts as much as
  /// the others, and averaged over each cell.
  ///
  /// - Parameter images: (N, size, size, 3), values from 0 to 1.
  func cells(of images: Tensor) -> Tensor {
    let (grid, side, d) = (coder.configuration.grid, coder.configuration.cells, embedding.dimension)
    let width = min(coder.configuration.window, grid)
    let inner = grid - width + 1
    let parts = parallelMap(images.shape[0]) { index in
      let y = embedding.embedded(coder.codes(of: images, index))
      let sums = windowSums(y, grid: grid, width: width)
      unsafe ck_kernels().pointee.normalize_rows(sums.buffer.base, inner * inner, d, 1e-6)
      let cells = averagePooled(sums.reshaped([1, inner, inner, d]), to: side)
      unsafe ck_kernels().pointee.normalize_rows(cells.buffer.base, side * side, d, 1e-6)
      return cells.values
    }
    return Tensor([parts.count, side * side * d], parts.flatMap(\.self))
  }

  /// Sums over every `width` x `width` neighbouring patches: (grid², d) to (inner², d), inner = grid − width + 1.
  private func windowSums(_ y: Tensor, grid: Int, width: Int) -> Tensor {
    guard width > 1 else { return y }
    let (d, inner) = (embedding.dimension, grid - width + 1)
    let result = Tensor(zeros: [inner * inner, d])
    let line = Tensor(uninitialized: [grid, d])
    let add = unsafe ck_kernels().pointee.add
    for row in 0..<inner {
      // Down the columns of a line of windows first, then along it: neighbours are `d` floats apart.
      unsafe line.buffer.base.update(repeating: 0, count: grid * d)
      for other in row..<row + width {
        unsafe add(y.buffer.base + other * grid * d, grid * d, line.buffer.base)
      }
      let to = unsafe result.buffer.base + row * inner * d
      for offset in 0..<width { unsafe add(line.buffer.base + offset * d, inner * d, to) }
    }
    return result
  }
}

/// From a patch's code to its embedding, y = (Pᵀ(a − m)) / ‖·‖.
package struct PatchEmbedding: Sendable {
  /// (atoms, dimension).
  package let projection: Tensor
  /// −Pᵀm, (dimension).
  package let offset: Tensor

  package init(projection: Tensor, offset: Tensor) { (self.projection, self.offset) = (projection, offset) }

  /// A multiple of 16.
  package var dimension: Int { projection.channels }

  /// (patches, dimension), unit rows.
  func embedded(_ codes: PatchCodes) -> Tensor {
    precondition(dimension % 16 == 0, "an embedding of \(dimension) numbers")
    let y = Tensor(uninitialized: [codes.patches, dimension])
    unsafe codes.atoms.withUnsafeBufferPointer { atoms in
      unsafe codes.ends.withUnsafeBufferPointer { ends in
        guard let atoms = atoms.baseAddress, let ends = ends.baseAddress else { return }
        unsafe ck_kernels().pointee.sum_active_rows(
          projection.buffer.base, dimension, offset.buffer.base, atoms, ends, codes.patches, y.buffer.base)
      }
    }
    unsafe ck_kernels().pointee.normalize_rows(y.buffer.base, codes.patches, dimension, 1e-6)
    return y
  }
}
