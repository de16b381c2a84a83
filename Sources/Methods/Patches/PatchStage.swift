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

  /// The mean embedding of each cell, each of length 1: (N, cells · cells · dimension).
  ///
  /// - Parameter images: (N, size, size, 3), values from 0 to 1.
  func cells(of images: Tensor) -> Tensor {
    let (grid, side, d) = (coder.configuration.grid, coder.configuration.cells, embedding.dimension)
    let parts = parallelMap(images.shape[0]) { index in
      let y = embedding.embedded(coder.codes(of: images, index))
      let cells = averagePooled(y.reshaped([1, grid, grid, d]), to: side)
      unsafe ck_kernels().pointee.normalize_rows(cells.buffer.base, side * side, d, 1e-6)
      return cells.values
    }
    return Tensor([parts.count, side * side * d], parts.flatMap(\.self))
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
