import CSiamKernels
import SiamTensors

/// The backward of a convolution with respect to its input: dx from dy.
///
/// With stride s, the input rows congruent to `phase` mod s are reached by the taps ky = first + s t alone, from
/// dy row i + base − t. Each phase of rows and columns is thus a small convolution of dy with stride 1, and no zero is
/// multiplied.
struct TransposedConvolution: Sendable {
  /// One phase along one axis.
  private struct Axis {
    /// The phase; its first tap and how many there are; the row of dy that the first tap of row 0 reads.
    let phase, first, taps, base: Int

    init(_ phase: Int, _ of: Convolution) {
      self.phase = phase
      first = (phase + of.padding) % of.stride
      taps = first < of.kernel ? (of.kernel - first + of.stride - 1) / of.stride : 0
      base = (phase + of.padding - first) / of.stride
    }
    /// The rows of dy before its first that the taps reach.
    var before: Int { max(0, taps - 1 - base) }
    /// How many of `size` pixels are in the phase.
    func outputs(_ size: Int, _ stride: Int) -> Int { (size - phase + stride - 1) / stride }
  }

  private let convolution: Convolution
  private let axes: [Axis]
  /// By row phase and column phase.
  private let matrices: [PackedMatrix?]

  init(_ convolution: Convolution, _ parameters: Parameters) {
    self.convolution = convolution
    let axes = (0..<convolution.stride).map { Axis($0, convolution) }
    self.axes = axes
    matrices = axes.flatMap { row in
      axes.map { column in Self.pack(convolution, row, column, parameters) }
    }
  }

  /// Weights of the taps of one phase, last tap first, as a ((taps, taps, outputs), inputs) matrix.
  private static func pack(
    _ c: Convolution, _ row: Axis, _ column: Axis, _ parameters: Parameters
  ) -> PackedMatrix? {
    guard row.taps > 0, column.taps > 0 else { return nil }
    let width = Int(CK_PANEL)
    let depth = row.taps * column.taps * c.outputs
    let panels = (c.inputs + width - 1) / width
    let packed = Buffer(count: panels * width * depth)
    let source = parameters.values.buffer
    parallelFor(panels) { panel in
      let count = min(width, c.inputs - panel * width)
      for y in 0..<row.taps {
        for x in 0..<column.taps {
          let ky = row.first + c.stride * (row.taps - 1 - y)
          let kx = column.first + c.stride * (column.taps - 1 - x)
          let from = c.weight.lowerBound + ((ky * c.kernel + kx) * c.inputs + panel * width) * c.outputs
          let to = (panel * depth + (y * column.taps + x) * c.outputs) * width
          unsafe ck_pack(source.base + from, c.outputs, count, 1, c.outputs, packed.base + to)
        }
      }
    }
    return PackedMatrix(depth: depth, columns: c.inputs, panels: packed)
  }

  /// Rows and columns of zeros before dy.
  var before: Int { axes.map(\.before).max() ?? 0 }
  /// The size of a side of dy with its zeros on both ends, for a side of dx.
  func borderedSize(_ size: Int) -> Int {
    let reach = axes.map { $0.taps == 0 ? 0 : $0.base + $0.outputs(size, convolution.stride) }.max() ?? 0
    return before + max(convolution.outputSize(extended: size), reach)
  }

  /// dx (height, width, inputs), from dy (…, …, outputs) with its zeros around it.
  func apply(_ dy: UnsafePointer<Float>, height: Int, width: Int, to dx: UnsafeMutablePointer<Float>) {
    let (inputs, outputs, stride) = (convolution.inputs, convolution.outputs, convolution.stride)
    if matrices.contains(where: { $0 == nil }) {
      unsafe dx.update(repeating: 0, count: height * width * inputs)
    }
    let row = borderedSize(width) * outputs
    for (y, vertical) in axes.enumerated() {
      for (x, horizontal) in axes.enumerated() {
        guard let matrix = matrices[y * stride + x] else { continue }
        let top = before + vertical.base - (vertical.taps - 1)
        let left = before + horizontal.base - (horizontal.taps - 1)
        var patches = unsafe ck_patches(
          input: dy + top * row + left * outputs, rows: vertical.outputs(height, stride),
          columns: horizontal.outputs(width, stride), row_step: row, pixel_step: outputs, runs: vertical.taps,
          length: horizontal.taps * outputs, run_step: row)
        unsafe ck_kernels().pointee.multiply(
          &patches, matrix.panels.base, inputs, nil, 0, dx + (y * width + x) * inputs,
          stride * width * inputs,
          stride * inputs)
      }
    }
  }
}
