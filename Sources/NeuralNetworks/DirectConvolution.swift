import CSiamKernels
import SiamTensors

/// A convolution as the product of its weights with patches, which are read where they lie in a copy of some rows.
struct DirectForward: SlicedForward {
  private let convolution: Convolution
  private let weights: PackedMatrix
  private let bias: Tensor?

  /// - Parameter bias: the range of a bias (outputs) that is added to y.
  init(_ convolution: Convolution, bias: Range<Int>? = nil, _ parameters: Parameters) {
    self.convolution = convolution
    weights = unsafe PackedMatrix(
      parameters.values.buffer.base + convolution.weight.lowerBound, depth: convolution.depth,
      columns: convolution.outputs, rowStep: convolution.outputs, columnStep: 1)
    self.bias = bias.map { parameters.tensor($0) }
  }

  func regions(of x: Activation) -> Regions { convolution.directRegions(of: x) }

  func run(
    _ part: Range<Int>, of regions: Regions, of x: Activation, to y: UnsafeMutablePointer<Float>,
    finished: (Region) -> Void
  ) {
    var patches = Patches(of: x, regions, convolution)
    let row = convolution.outputSize(x.width) * convolution.outputs
    for index in part {
      let region = regions[index]
      var grid = unsafe patches.grid(region)
      unsafe ck_kernels().pointee.multiply(
        &grid, weights.panels.base, convolution.outputs, bias?.buffer.base, 0,
        y + (region.image * regions.height + region.rows.lowerBound) * row, row, convolution.outputs)
      finished(region)
    }
  }
}

/// The gradients of the weights, from patches, and of x, from dy where it lies.
struct DirectBackward: SlicedBackward {
  private let convolution: Convolution
  private let transposed: TransposedConvolution

  init(_ convolution: Convolution, _ parameters: Parameters) {
    self.convolution = convolution
    transposed = TransposedConvolution(convolution, parameters)
  }

  var sums: Int { convolution.weight.count }

  func regions(of x: Activation) -> Regions { convolution.directRegions(of: x) }

  func run(
    _ part: Range<Int>, of regions: Regions, of x: Activation, dy: some ImageSource,
    sums: UnsafeMutablePointer<Float>, to dx: UnsafeMutablePointer<Float>?, finished: (Region) -> Void
  ) {
    unsafe sums.update(repeating: 0, count: convolution.weight.count)
    let (height, width) = (convolution.extended(x.height), convolution.extended(x.width))
    let (outputs, before) = (convolution.outputs, transposed.before)
    func reach(_ rows: Range<Int>) -> Range<Int> {
      let last = rows.upperBound == regions.height ? height : rows.upperBound * convolution.stride
      return rows.lowerBound * convolution.stride..<last
    }
    func needed(_ rows: Range<Int>) -> Range<Int> {
      let first = rows.lowerBound - before
      return first..<first + max(transposed.borderedSize(reach(rows).count), rows.count + before)
    }
    var patches = Patches(of: x, regions, convolution)
    var above = BorderedRows(
      rows: part.reduce(0) { max($0, needed(regions[$1].rows).count) },
      columns: transposed.borderedSize(width), left: before, of: dy)
    for index in part {
      let region = regions[index]
      let reach = reach(region.rows)
      above.fill(needed(region.rows), of: region.image, from: dy)
      var grid = unsafe patches.grid(region)
      unsafe ck_kernels().pointee.accumulate_outer(
        &grid, 0, convolution.depth, above.row(before) + before * outputs, above.step, outputs, sums)
      guard let dx = unsafe dx else { continue }
      let at = (region.image * height + reach.lowerBound) * width * convolution.inputs
      unsafe transposed.apply(above.row(0), height: reach.count, width: width, to: dx + at)
      finished(region)
    }
  }
}

extension Convolution {
  fileprivate func directRegions(of x: Activation) -> Regions {
    let height = outputSize(x.height)
    if border != .reflection { return Regions(images: x.batch, height: height) }
    let suiting = 131_072 / (stride * extended(x.width) * inputs)
    return Regions(batch: x.batch, height: height, each: Regions.band(of: height, suiting: suiting))
  }
}

/// The patches of one region at a time.
private struct Patches {
  private let x: Activation
  private let convolution: Convolution
  /// Nil where x can be read where it lies.
  private var room: BorderedRows?

  init(of x: Activation, _ regions: Regions, _ convolution: Convolution) {
    (self.x, self.convolution) = (x, convolution)
    if x.pending == nil && convolution.kernel == 1 { return }
    let (kernel, stride) = (convolution.kernel, convolution.stride)
    let before = convolution.before(x.width)
    let width = x.width + before + convolution.reflection
    room = BorderedRows(
      rows: (regions.rows - 1) * stride + max(kernel, stride + kernel / 2),
      columns: max((convolution.outputSize(x.width) - 1) * stride + kernel, width),
      left: before, reflection: convolution.reflection, of: x)
  }

  mutating func grid(_ region: Region) -> ck_patches {
    let (kernel, stride, inputs) = (convolution.kernel, convolution.stride, convolution.inputs)
    let (rows, columns) = (region.rows, convolution.outputSize(x.width))
    let first = rows.lowerBound * stride - convolution.before(x.height)
    var last = first + (rows.count - 1) * stride + kernel
    // A stride may leave rows out, which whoever reads x again still needs.
    if rows.upperBound == convolution.outputSize(x.height) { last = max(last, x.height) }
    room?.fill(first..<last, of: region.image, from: x)
    let step = room?.step ?? x.width * inputs
    let plain = unsafe UnsafePointer(x.values.buffer.base + (region.image * x.height + first) * step)
    return unsafe ck_patches(
      input: room?.row(0) ?? plain, rows: rows.count, columns: columns, row_step: stride * step,
      pixel_step: stride * inputs, runs: kernel, length: kernel * inputs, run_step: step)
  }
}
