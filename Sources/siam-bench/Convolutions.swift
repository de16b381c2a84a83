import CKernels
import Tensors

/// One core on the 3x3 layers of `small` and of ResNet-18 at 32 px: the product that forward and dx share, and dW's.
func benchmarkConvolutions() {
  let peak = peak()
  for width in [16, 32, 64] {
    benchmark(side: 32, inputs: 3, outputs: width, peak)
    for group in 0..<4 { benchmark(side: 32 >> group, inputs: width << group, outputs: width << group, peak) }
  }
}

private func benchmark(side: Int, inputs: Int, outputs: Int, _ peak: Double) {
  let row = (side + 2) * inputs
  func tensor(_ count: Int) -> Tensor {
    var generator = CounterGenerator(UInt64(count))
    return Tensor([count], (0..<count).map { _ in Float.random(in: -1...1, using: &generator) })
  }
  let (picture, weights) = (
    tensor((side + 2) * row), PackedMatrix(tensor(9 * inputs * outputs).reshaped([9 * inputs, outputs]))
  )
  var (y, sums) = (tensor(side * side * outputs), Tensor(zeros: [9 * inputs * outputs]))
  var patches = unsafe ck_patches(
    input: picture.buffer.base, rows: side, columns: side, row_step: row, pixel_step: inputs, runs: 3,
    length: 3 * inputs, run_step: row)
  let (to, gradient) = (y.unique(), sums.unique())
  let work = 2.0 * Double(side * side * 9 * inputs * outputs)
  let repetitions = max(1, Int(2e8 / work))
  let forward = median {
    for _ in 0..<repetitions {
      unsafe ck_multiply(&patches, weights.panels.base, outputs, nil, to.base, side * outputs, outputs)
    }
  }
  let outer = median {
    for _ in 0..<repetitions {
      unsafe ck_accumulate_outer(&patches, 0, 9 * inputs, to.base, side * outputs, outputs, gradient.base)
    }
  }
  for (kind, seconds) in [("y, dx", forward), ("dW", outer)] {
    let rate = work * Double(repetitions) / seconds / 1e9
    report(
      "convolution 3x3/\(side)x\(side), \(inputs) to \(outputs), \(kind)",
      seconds: seconds / Double(repetitions),
      "\(decimals(rate, 1)) GFLOP/s", "\(decimals(100 * rate / peak, 0)) % of peak")
  }
}
