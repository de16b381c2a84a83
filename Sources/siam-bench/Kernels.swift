import CKernels
import NeuralNetworks
import Tensors

/// The matrix kernels alone: the product of patches with weights, which y and dx share, and the outer product of dW.
func benchmarkKernels(_ bench: Bench) {
  for shape in distinctShapes().map(\.shape) { benchmark(shape, bench) }
}

private func benchmark(_ shape: ConvolutionShape, _ bench: Bench) {
  let (side, kernel) = (shape.outputSide, shape.kernel)
  let bordered = (side - 1) * shape.stride + kernel
  let row = bordered * shape.inputs
  let depth = kernel * kernel * shape.inputs
  let picture = randomTensor([bordered * row])
  let weights = PackedMatrix(randomTensor([depth, shape.outputs]))
  var (y, sums) = (randomTensor([side * side * shape.outputs]), Tensor(zeros: [depth * shape.outputs]))
  var patches = unsafe ck_patches(
    input: picture.buffer.base, rows: side, columns: side, row_step: shape.stride * row,
    pixel_step: shape.stride * shape.inputs, runs: kernel, length: kernel * shape.inputs, run_step: row)
  let (to, gradient) = (y.unique(), sums.unique())
  let repetitions = max(1, Int(2e8 / shape.work))
  let product = bench.median {
    for _ in 0..<repetitions {
      unsafe ck_multiply(
        &patches, weights.panels.base, shape.outputs, nil, to.base, side * shape.outputs, shape.outputs)
    }
  }
  let outer = bench.median {
    for _ in 0..<repetitions {
      unsafe ck_accumulate_outer(
        &patches, 0, depth, to.base, side * shape.outputs, shape.outputs, gradient.base)
    }
  }
  for (kind, seconds) in [("product", product), ("outer product", outer)] {
    bench.report(
      "kernels/\(shape), \(kind)", threads: 1, seconds: seconds / Double(repetitions), work: shape.work)
  }
}
