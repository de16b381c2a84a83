import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// The matrix kernels alone: the product of patches with weights, which y and dx share, and the outer product of dW.
func benchmarkKernels(_ bench: Bench) {
  for shape in distinctShapes().map(\.shape) {
    benchmark(shape, bench)
    if shape.kernel == 3, shape.stride == 1, shape.inputs % Int(CK_PANEL) == 0 {
      benchmarkWinograd(shape, bench)
    }
  }
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

/// The parts of Winograd's way, on as many tiles as the network has in work at a time: the transforms by the memory
/// that they read and write, the products by the operations that they do, of which the direct way has four times as
/// many.
private func benchmarkWinograd(_ shape: ConvolutionShape, _ bench: Bench) {
  let (inputs, outputs, positions) = (shape.inputs, shape.outputs, 36)
  let columns = (shape.side + 3) / 4
  let rows = min(columns, max(1, 64 / columns))
  let images = max(1, 64 / (rows * columns))
  let (tiles, row) = (images * rows * columns, (4 * columns + 2) * inputs)
  let (inputStep, outputStep) = (tiles * inputs + Int(CK_PANEL), tiles * outputs + Int(CK_PANEL))
  let picture = randomTensor([(4 * rows + 2) * row]).buffer
  let weights = randomTensor([positions * inputs * outputs]).buffer
  let (v, m) = (Buffer(zeros: positions * inputStep), Buffer(zeros: positions * outputStep))
  let (height, width) = (min(shape.side, 4 * rows), shape.side)
  let y = Buffer(zeros: height * width * outputs)
  func products() {
    for position in 0..<positions {
      var patches = unsafe ck_patches(
        input: v.base + position * inputStep, rows: 1, columns: tiles, row_step: 0, pixel_step: inputs,
        runs: 1, length: inputs, run_step: 0)
      unsafe ck_multiply(
        &patches, weights.base + position * inputs * outputs, outputs, nil, m.base + position * outputStep, 0,
        outputs)
    }
  }
  let work = 2 * Double(positions * tiles * inputs * outputs)
  let repetitions = max(1, Int(1e8 / work))
  func measure(_ name: String, floats: Int? = nil, work: Double? = nil, _ body: () -> Void) {
    let seconds = bench.median { for _ in 0..<repetitions { body() } } / Double(repetitions)
    bench.report(
      "kernels/\(shape), Winograd's \(name)", threads: 1, seconds: seconds, work: work,
      bytes: floats.map { Double($0 * MemoryLayout<Float>.size) })
  }
  measure("input transform", floats: images * picture.count + positions * tiles * inputs) {
    for image in 0..<images {
      unsafe ck_winograd_input(
        picture.base, row, rows, columns, inputs, v.base + image * rows * columns * inputs, inputStep)
    }
  }
  measure("products", work: work, products)
  measure("output transform", floats: positions * tiles * outputs + images * y.count) {
    for image in 0..<images {
      unsafe ck_winograd_output(
        m.base + image * rows * columns * outputs, outputStep, height, width, outputs, y.base, width * outputs
      )
    }
  }
}
