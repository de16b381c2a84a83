import CSiamKernels
package import SiamFeatures
package import SiamTensors

/// An encoder in closed form: the sparse manifold transform of patches, averaged over cells, by principal components.
///
/// Shapes: images (N, size, size, 3), values from 0 to 1, to (N, components).
/// Source: Chen, Yun, Ma, Olshausen, LeCun 2022, "Minimalistic Unsupervised Learning with the Sparse Manifold
/// Transform".
package struct PatchEncoder: Sendable {
  package let coder: PatchCoder
  package let embedding: PatchEmbedding
  /// Nil while they are being found.
  package let components: PrincipalComponents?

  package var dimension: Int { components?.variances.count ?? cellsDimension }
  private var configuration: PatchConfiguration { coder.configuration }
  private var cellsDimension: Int { configuration.cells * configuration.cells * embedding.dimension }

  /// The features of a batch of images.
  package func features(of images: Tensor) -> Tensor {
    let cells = cellFeatures(of: images)
    return components?.applied(to: cells, exponent: configuration.exponent) ?? cells
  }

  /// The mean embedding of each cell, each of length 1: (N, cells · cells · dimension).
  func cellFeatures(of images: Tensor) -> Tensor {
    let count = images.shape[0]
    let (grid, side, d) = (configuration.grid, configuration.cells, embedding.dimension)
    let result = Tensor(zeros: [count, cellsDimension])
    let to = result.buffer
    parallelFor(count) { index in
      let codes = coder.codes(of: images, index)
      let y = embedding.embedded(codes)
      for cellRow in 0..<side {
        for cellColumn in 0..<side {
          let cell = unsafe to.base + (index * side * side + cellRow * side + cellColumn) * d
          for row in Self.span(cellRow, of: side, over: grid) {
            for column in Self.span(cellColumn, of: side, over: grid) {
              unsafe ck_kernels().pointee.add(y.buffer.base + (row * grid + column) * d, d, cell)
            }
          }
        }
      }
      unsafe ck_kernels().pointee.normalize_rows(to.base + index * side * side * d, side * side, d, 1e-6)
    }
    return result
  }

  /// The positions that belong to a cell, some of them to two: what PyTorch's `adaptive_avg_pool2d` takes.
  private static func span(_ cell: Int, of cells: Int, over count: Int) -> Range<Int> {
    cell * count / cells..<((cell + 1) * count + cells - 1) / cells
  }
}

/// From a patch's code to its embedding, y = (Pᵀ(a − m)) / ‖·‖.
package struct PatchEmbedding: Sendable {
  /// (atoms, dimension).
  package let projection: Tensor
  /// −Pᵀm, (dimension).
  package let offset: Tensor

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
