import CSiamKernels
import SiamTensors

/// A convolution as the product of its weights with patches read where they lie, in a copy of the picture with its
/// border.
struct DirectForward: SlicedForward {
  private let convolution: Convolution
  private let weights: PackedMatrix

  init(_ convolution: Convolution, _ parameters: Parameters) {
    self.convolution = convolution
    weights = convolution.packed(parameters)
  }

  func run(
    _ images: Range<Int>, of x: Activation, to y: UnsafeMutablePointer<Float>,
    finished: (_ image: Int) -> Void
  ) {
    let (height, width) = (convolution.outputSize(x.height), convolution.outputSize(x.width))
    let row = width * convolution.outputs
    let border = Border(of: x, convolution)
    for image in images {
      var patches = unsafe convolution.patches(border.picture(image), height: x.height, width: x.width)
      unsafe ck_multiply(
        &patches, weights.panels.base, convolution.outputs, nil, y + image * height * row, row,
        convolution.outputs)
      finished(image)
    }
  }
}

/// The gradients of weights and pictures, from patches and dy where they lie.
struct DirectBackward: SlicedBackward {
  let convolution: Convolution
  private let back: TransposedConvolution

  init(_ convolution: Convolution, _ parameters: Parameters) {
    self.convolution = convolution
    back = TransposedConvolution(convolution, parameters)
  }

  func run(
    _ images: Range<Int>, of x: Activation, dy: some PictureSource, weights: UnsafeMutablePointer<Float>,
    to dx: UnsafeMutablePointer<Float>?, finished: (_ image: Int) -> Void
  ) {
    unsafe weights.update(repeating: 0, count: convolution.weight.count)
    let row = back.borderedSize(x.width) * convolution.outputs
    let border = Border(of: x, convolution)
    let room = Buffer(zeros: back.borderedSize(x.height) * row)
    let interior = unsafe room.base + back.before * (row + convolution.outputs)
    for image in images {
      unsafe dy.place(image, to: interior, row: row)
      var patches = unsafe convolution.patches(border.picture(image), height: x.height, width: x.width)
      unsafe ck_accumulate_outer(
        &patches, 0, convolution.depth, interior, row, convolution.outputs, weights)
      guard let dx = unsafe dx else { continue }
      unsafe back.apply(room.base, height: x.height, width: x.width, to: dx + image * x.each)
      finished(image)
    }
  }
}

/// One picture at a time with its border of zeros.
@safe private struct Border {
  let x: Activation
  let padding, row: Int
  /// Nil where the picture can be read where it lies.
  let room: Buffer?

  init(of x: Activation, _ convolution: Convolution) {
    (self.x, padding) = (x, convolution.padding)
    row = convolution.borderedSize(x.width) * x.channels
    let plain = x.pending == nil && padding == 0
    room = plain ? nil : Buffer(zeros: convolution.borderedSize(x.height) * row)
  }

  func picture(_ image: Int) -> UnsafePointer<Float> {
    guard let room else { return unsafe UnsafePointer(x.values.buffer.base + image * x.each) }
    unsafe x.place(image, to: room.base + padding * (row + x.channels), row: row)
    return unsafe UnsafePointer(room.base)
  }
}
