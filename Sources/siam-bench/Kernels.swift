import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// The matrix kernels alone: the product of patches with weights, which y and dx share, and the outer product of dW.
func benchmarkKernels(_ bench: Bench) {
  for shape in distinctShapes().map(\.shape) {
    benchmark(shape, bench)
    benchmarkWinograd(shape, bench)
  }
}

private func benchmark(_ shape: ConvolutionShape, _ bench: Bench) {
  let (side, kernel) = (shape.outputSide, shape.kernel)
  let bordered = (side - 1) * shape.stride + kernel
  let row = bordered * shape.inputs
  let depth = kernel * kernel * shape.inputs
  let image = randomTensor([bordered * row])
  let weights = PackedMatrix(randomTensor([depth, shape.outputs]))
  var (y, sums) = (randomTensor([side * side * shape.outputs]), Tensor(zeros: [depth * shape.outputs]))
  var patches = unsafe ck_patches(
    input: image.buffer.base, rows: side, columns: side, row_step: shape.stride * row,
    pixel_step: shape.stride * shape.inputs, runs: kernel, length: kernel * shape.inputs, run_step: row)
  let (to, gradient) = (y.unique(), sums.unique())
  let repetitions = max(1, Int(2e8 / shape.work))
  let product = bench.median {
    for _ in 0..<repetitions {
      unsafe ck_kernels().pointee.multiply(
        &patches, weights.panels.base, shape.outputs, nil, 0, to.base, side * shape.outputs, shape.outputs)
    }
  }
  let outer = bench.median {
    for _ in 0..<repetitions {
      unsafe ck_kernels().pointee.accumulate_outer(
        &patches, 0, depth, to.base, side * shape.outputs, shape.outputs, gradient.base)
    }
  }
  for (kind, seconds) in [("product", product), ("outer product", outer)] {
    bench.report(
      "kernels/\(shape), \(kind)", threads: 1, seconds: seconds / Double(repetitions), work: shape.work)
  }
}

/// The parts of Winograd's filtering, on as many tiles as the network processes at a time: the transforms rated by the
/// memory that they read and write, the products by their operations, a quarter of the direct convolution's.
private func benchmarkWinograd(_ shape: ConvolutionShape, _ bench: Bench) {
  var layout = ParameterLayout()
  let convolution = Convolution(
    shape.inputs, shape.outputs, kernel: shape.kernel, stride: shape.stride, named: "convolution", in: &layout
  )
  guard let tiles = WinogradTiles(convolution, height: shape.side, width: shape.side) else { return }
  let weights = WinogradWeights(
    convolution, flipped: false, Parameters(layout, initializer: .he, seed: 1))
  let (count, images, rows) = (tiles.atOnce, tiles.imagesAtOnce, 0..<tiles.rowsAtOnce)
  let (perImage, side) = (count / images, shape.side)
  let row = (4 * tiles.columns + 2) * shape.inputs
  let image = randomTensor([(4 * rows.count + 2) * row]).buffer
  let y = Buffer(zeros: side * side * shape.outputs)
  let inputs = TransformedTiles(count: count, channels: shape.inputs)
  let outputs = TransformedTiles(count: count, channels: shape.outputs)
  for tiles in [inputs, outputs] { unsafe tiles.values.base.update(repeating: 0, count: tiles.values.count) }

  let positions = WinogradWeights.positions
  let work = 2 * Double(positions * count * shape.inputs * shape.outputs)
  let repetitions = max(1, Int(1e8 / work))
  func measure(_ name: String, floats: Int? = nil, work: Double? = nil, _ body: () -> Void) {
    let seconds = bench.median { for _ in 0..<repetitions { body() } } / Double(repetitions)
    bench.report(
      "kernels/\(shape), Winograd's \(name)", threads: 1, seconds: seconds, work: work,
      bytes: floats.map { Double($0 * MemoryLayout<Float>.size) })
  }
  measure("input transform", floats: images * image.count + positions * count * shape.inputs) {
    for index in 0..<images {
      unsafe inputs.input(
        image.base, row: row, rows: rows.count, columns: tiles.columns, first: index * perImage)
    }
  }
  measure("products", work: work) { inputs.multiply(by: weights, count: count, to: outputs) }
  let written = min(side, 4 * rows.count) * side * shape.outputs
  measure("output transform", floats: positions * count * shape.outputs + images * written) {
    for index in 0..<images {
      unsafe outputs.output(rows, first: index * perImage, to: y.base, height: side, width: side)
    }
  }
}
