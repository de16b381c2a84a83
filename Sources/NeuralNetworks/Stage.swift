import CSiamKernels
import SiamTensors

/// What flows between the stages of an encoder: pictures of channels, perhaps with a normalisation, an addition and a
/// ReLU that are still to be applied. The next convolution applies them as it copies the picture, so they cost no pass
/// of their own.
struct Activation: Sendable {
  let values: Tensor
  let pending: Normalized?
  let relu: Bool
  /// A block's shortcut, to be added before the ReLU, and what is pending in it; all of both shifts is in `shift`.
  private let shortcut: (values: Tensor, pending: Normalized?)?
  private let shift: Tensor?
  /// Where the first reader writes what comes of it, for those that read it again.
  let settled: Tensor?

  private init(
    _ values: Tensor, _ pending: Normalized?, relu: Bool,
    shortcut: (values: Tensor, pending: Normalized?)? = nil, shift: Tensor? = nil, settled: Tensor? = nil
  ) {
    (self.values, self.pending, self.relu) = (values, pending, relu)
    (self.shortcut, self.shift, self.settled) = (shortcut, shift, settled)
  }

  init(_ values: Tensor) { self.init(values, nil, relu: false) }

  init(_ values: Tensor, pending: Normalized, relu: Bool) {
    self.init(values, pending, relu: relu, shift: pending.shift)
  }

  /// ReLU(main + shortcut), each with what is pending in it.
  ///
  /// - Precondition: a normalisation is pending in `main`, and nothing behind either.
  init(adding shortcut: Activation, to main: Activation) {
    precondition(!main.relu && !shortcut.relu && main.shortcut == nil && shortcut.shortcut == nil)
    guard let pending = main.pending else { preconditionFailure("nothing is pending") }
    var shift = pending.shift
    if let more = shortcut.pending?.shift {
      shift.withMutableSpan { s in more.withSpan { for i in s.indices { s[i] += $0[i] } } }
    }
    self.init(
      main.values, pending, relu: true, shortcut: (shortcut.values, shortcut.pending), shift: shift)
  }

  /// The same, with room for what comes of it.
  func settling(in settled: Tensor? = nil) -> Activation {
    guard pending != nil else { return self }
    return Activation(
      values, pending, relu: relu, shortcut: shortcut, shift: shift,
      settled: settled ?? Tensor(uninitialized: values.shape))
  }

  /// The same once it was read, with nothing left to apply where there was room for what came of it.
  var read: Activation { settled.map { Activation($0) } ?? self }

  var batch: Int { values.shape[0] }
  var height: Int { values.shape[1] }
  var width: Int { values.shape[2] }
  var channels: Int { values.shape[3] }
  /// Floats in one picture.
  var each: Int { height * width * channels }
}

extension Activation: PictureSource {
  func place(_ image: Int, to interior: UnsafeMutablePointer<Float>, row: Int) {
    let at = image * each
    unsafe ck_place(
      values.buffer.base + at, shortcut.map { unsafe UnsafePointer($0.values.buffer.base + at) }, height,
      width,
      channels, pending?.scale.buffer.base, shift?.buffer.base, shortcut?.pending?.scale.buffer.base, relu,
      interior,
      row, settled.map { unsafe $0.buffer.base + at })
  }
}

/// The gradient of an activation. Where something is pending it is the gradient behind normalisation and ReLU, with
/// the sums that the normalisation's backward needs, and those of the shortcut's.
struct ActivationGradient: Sendable {
  let dy: Tensor
  let sums, shortcutSums: GradientSums?

  init(_ dy: Tensor, sums: GradientSums? = nil, shortcutSums: GradientSums? = nil) {
    (self.dy, self.sums, self.shortcutSums) = (dy, sums, shortcutSums)
  }
}

extension Activation {
  /// Room for the gradient behind what is pending; its dy is given.
  func gradient(_ dy: Tensor) -> ActivationGradient {
    ActivationGradient(
      dy, sums: pending == nil ? nil : GradientSums(parts: batch, channels: channels),
      shortcutSums: shortcut?.pending == nil ? nil : GradientSums(parts: batch, channels: channels))
  }

  /// Takes one picture's gradient dy, to which it adds `more`, through the ReLU, into `gradient`, and sums it up.
  func close(
    _ image: Int, _ dy: UnsafePointer<Float>, adding more: UnsafePointer<Float>?,
    into gradient: ActivationGradient
  ) {
    let (at, part, pixels) = (image * each, image * channels, height * width)
    let to = unsafe gradient.dy.buffer.base + at
    guard let pending, let sums = gradient.sums else {
      if let more = unsafe more { unsafe ck_add(more, each, to) }
      return
    }
    let output = relu ? unsafe settled.map { unsafe UnsafePointer($0.buffer.base + at) } : nil
    let gates = unsafe relu && output == nil
    unsafe ck_gradient_sums(
      dy, more, output, values.buffer.base + at, pixels, channels, pending.mean.buffer.base,
      gates ? pending.scale.buffer.base : nil, gates ? pending.shift.buffer.base : nil, sums.sums.base + part,
      sums.products.base + part, relu || more != nil ? to : nil)
    if let shortcut, let side = shortcut.pending, let sums = gradient.shortcutSums {
      unsafe ck_gradient_sums(
        to, nil, nil, shortcut.values.buffer.base + at, pixels, channels, side.mean.buffer.base, nil, nil,
        sums.sums.base + part, sums.products.base + part, nil)
    }
  }
}

/// Takes the gradient of a stage's output to that of its input, to which it adds `adding` on the way.
typealias StageBackward = (
  _ gradient: ActivationGradient, _ adding: Tensor?, _ parameters: inout Parameters
) -> ActivationGradient

/// A part of an encoder.
protocol Stage: Sendable {
  /// What the names of its parameters begin with.
  var name: String { get }

  func forward(
    _ x: Activation, _ parameters: inout Parameters, _ mode: Mode
  ) -> (y: Activation, backward: StageBackward)
}

/// Applies what is pending. The backward takes a gradient to that behind it.
func settle(_ x: Activation) -> (y: Tensor, backward: (Tensor) -> ActivationGradient) {
  guard x.pending != nil else { return (x.values, { dy in ActivationGradient(dy) }) }
  let y = Tensor(uninitialized: x.values.shape)
  let (to, row) = (y.buffer, x.width * x.channels)
  let slices = Slices(batch: x.batch)
  parallelSweep(slices.count) { slice in
    for image in slices[slice] { unsafe x.place(image, to: to.base + image * x.each, row: row) }
  }
  let settled = x.settling(in: y)
  return (
    y,
    { dy in
      let gradient = settled.gradient(settled.relu ? Tensor(uninitialized: dy.shape) : dy)
      let from = dy.buffer
      parallelSweep(slices.count) { slice in
        for image in slices[slice] {
          unsafe settled.close(image, from.base + image * settled.each, adding: nil, into: gradient)
        }
      }
      return gradient
    }
  )
}
