import CKernels
import Tensors

/// What flows between the stages of an encoder: pictures of channels, perhaps with a normalisation and a ReLU that
/// are still to be applied. The next convolution applies them as it copies the picture, so they cost no pass of their
/// own.
struct Activation: Sendable {
  let values: Tensor
  let pending: Normalized?
  let relu: Bool

  init(_ values: Tensor) { (self.values, pending, relu) = (values, nil, false) }
  init(_ values: Tensor, pending: Normalized, relu: Bool) {
    (self.values, self.pending, self.relu) = (values, pending, relu)
  }

  var batch: Int { values.shape[0] }
  var height: Int { values.shape[1] }
  var width: Int { values.shape[2] }
  var channels: Int { values.shape[3] }
  /// Floats in one picture.
  var each: Int { height * width * channels }
}

/// The gradient of an activation. Where normalisation and ReLU are pending it is the gradient behind both, with the
/// sums that normalisation's backward needs.
struct ActivationGradient: Sendable {
  let dy: Tensor
  let sums: GradientSums?

  init(_ dy: Tensor, sums: GradientSums? = nil) { (self.dy, self.sums) = (dy, sums) }
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

/// Applies what is pending in `main`, adds `shortcut` (with what is pending there), and passes the sum through a ReLU
/// if `relu`. The backward hands both their gradients: the same dy, each with its own sums.
func settle(
  _ main: Activation, adding shortcut: Activation? = nil, relu: Bool
) -> (y: Tensor, backward: (Tensor) -> (main: ActivationGradient, shortcut: ActivationGradient?)) {
  guard let pending = main.pending else {
    precondition(shortcut == nil && !relu, "nothing is pending")
    return (main.values, { dy in (ActivationGradient(dy), nil) })
  }
  let y = Tensor(uninitialized: main.values.shape)
  let (x, other, to) = (main.values.buffer, shortcut?.values.buffer, y.buffer)
  let (pixels, channels, each) = (main.height * main.width, main.channels, main.each)
  var shift = pending.shift
  if let more = shortcut?.pending?.shift {
    shift.withMutableSpan { s in more.withSpan { for i in 0..<channels { s[i] += $0[i] } } }
  }
  let (scale, offset, otherScale) = (pending.scale.buffer, shift.buffer, shortcut?.pending?.scale.buffer)
  let slices = Slices(batch: main.batch)
  parallelFor(slices.count) { slice in
    for image in slices[slice] {
      let at = image * each
      unsafe ck_normalize(
        x.base + at, other.map { unsafe UnsafePointer($0.base + at) }, pixels, channels, scale.base,
        offset.base,
        otherScale?.base, relu, to.base + at)
    }
  }
  return (
    y,
    { dy in
      let masked = relu ? Tensor(uninitialized: dy.shape) : dy
      let sums = GradientSums(parts: main.batch, channels: channels)
      let shortcutSums = shortcut?.pending == nil ? nil : GradientSums(parts: main.batch, channels: channels)
      let (from, mean, behind) = (dy.buffer, pending.mean.buffer, masked.buffer)
      let otherMean = shortcut?.pending?.mean.buffer
      parallelFor(slices.count) { slice in
        for image in slices[slice] {
          let (at, part) = (image * each, image * channels)
          unsafe ck_gradient_sums(
            from.base + at, relu ? to.base + at : nil, x.base + at, pixels, channels, mean.base, nil, nil,
            sums.sums.base + part, sums.products.base + part, relu ? behind.base + at : nil)
          if let shortcutSums, let other, let otherMean {
            unsafe ck_gradient_sums(
              behind.base + at, nil, other.base + at, pixels, channels, otherMean.base, nil, nil,
              shortcutSums.sums.base + part, shortcutSums.products.base + part, nil)
          }
        }
      }
      return (
        ActivationGradient(masked, sums: sums),
        shortcut.map { _ in ActivationGradient(masked, sums: shortcutSums) }
      )
    }
  )
}
