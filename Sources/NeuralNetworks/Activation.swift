import CSiamKernels
package import SiamTensors

/// What flows between the stages of a network: feature maps (N, H, W, C), perhaps with a normalisation, an addition and a
/// ReLU that are still to be applied. The next reader applies them as it copies rows, so they cost no pass of their own.
package struct Activation: Sendable {
  /// The values before what is pending, (N, H, W, C).
  package let values: Tensor
  /// The normalisation that is pending.
  package let pending: Normalized?
  /// The slope of the pending ReLU below zero: 0, or more for a leaky one; 1 for none.
  let slope: Float
  /// Where a ReLU ends: 6 for ReLU6, infinity for an ordinary one.
  let ceiling: Float
  /// A block's shortcut, to be added before the ReLU, and what is pending in it; the sum of both shifts is in `shift`.
  let shortcut: (values: Tensor, pending: Normalized?)?
  private let shift: Tensor?
  /// Where the first reader writes the result, for those that read it again.
  let settled: Tensor?

  private init(
    _ values: Tensor, _ pending: Normalized?, slope: Float, ceiling: Float = .infinity,
    shortcut: (values: Tensor, pending: Normalized?)? = nil, shift: Tensor? = nil, settled: Tensor? = nil
  ) {
    (self.values, self.pending, self.slope, self.ceiling) = (values, pending, slope, ceiling)
    (self.shortcut, self.shift, self.settled) = (shortcut, shift, settled)
  }

  /// Values (N, H, W, C) with nothing pending.
  package init(_ values: Tensor) { self.init(values, nil, slope: 1) }

  /// Values (N, H, W, C) with a normalisation and a ReLU pending; a slope of 1 is no ReLU.
  ///
  /// - Precondition: a ceiling is that of a ReLU whose slope is 0.
  package init(_ values: Tensor, pending: Normalized, slope: Float, ceiling: Float = .infinity) {
    precondition(ceiling == .infinity || slope == 0, "a slope of \(slope) under a ceiling of \(ceiling)")
    self.init(values, pending, slope: slope, ceiling: ceiling, shift: pending.shift)
  }

  /// ReLU(main + shortcut), each with what is pending in it; or the sum alone for a slope of 1.
  ///
  /// - Precondition: a normalisation alone is pending in `main`, and no ReLU in `shortcut`.
  init(adding shortcut: Activation, to main: Activation, slope: Float = 0) {
    precondition(
      main.slope == 1 && shortcut.slope == 1 && main.shortcut == nil && shortcut.shortcut == nil)
    guard let pending = main.pending else { preconditionFailure("nothing is pending") }
    var shift = pending.shift
    if let more = shortcut.pending?.shift {
      shift.withMutableSpan { s in more.withSpan { for i in s.indices { s[i] += $0[i] } } }
    }
    self.init(
      main.values, pending, slope: slope, shortcut: (shortcut.values, shortcut.pending), shift: shift)
  }

  /// The same, with room for the result.
  func settling(in settled: Tensor? = nil) -> Activation {
    guard pending != nil else { return self }
    return Activation(
      values, pending, slope: slope, ceiling: ceiling, shortcut: shortcut, shift: shift,
      settled: settled ?? Tensor(uninitialized: values.shape))
  }

  /// The same once it was read, with nothing left to apply where there was room for the result.
  var read: Activation { settled.map { Activation($0) } ?? self }

  /// N.
  package var batch: Int { values.shape[0] }
  /// H.
  package var height: Int { values.shape[1] }
  /// W.
  package var width: Int { values.shape[2] }
  /// C.
  package var channels: Int { values.shape[3] }
  /// Floats in one image.
  var each: Int { height * width * channels }
}

extension Activation: ImageSource {
  /// Writes one row, counted over all images, to pixels that are `pixel` floats apart.
  ///
  /// - Precondition: a normalisation is pending, and no shortcut.
  package func place(row y: Int, to start: UnsafeMutablePointer<Float>, pixel: Int) {
    guard let pending, shortcut == nil else { preconditionFailure("no normalisation alone is pending") }
    unsafe ck_kernels().pointee.normalize_leaky(
      values.buffer.base + y * width * channels, width, channels, pending.scale.buffer.base,
      pending.shift.buffer.base, slope, start, pixel)
  }

  package func place(_ rows: Range<Int>, of image: Int, to start: UnsafeMutablePointer<Float>, step: Int) {
    let at = (image * height + rows.lowerBound) * width * channels
    if let pending, slope != 0, slope != 1 {
      let (scale, shift, row) = unsafe (
        pending.scale.buffer.base, pending.shift.buffer.base, width * channels
      )
      for index in 0..<rows.count {
        unsafe ck_kernels().pointee.normalize_leaky(
          values.buffer.base + at + index * row, width, channels, scale, shift, slope, start + index * step,
          channels)
      }
      return
    }
    unsafe ck_kernels().pointee.normalize(
      values.buffer.base + at, shortcut.map { unsafe UnsafePointer($0.values.buffer.base + at) }, rows.count,
      width, channels, pending?.scale.buffer.base, shift?.buffer.base, shortcut?.pending?.scale.buffer.base,
      slope == 0 ? ceiling : 0, start, step, settled.map { unsafe $0.buffer.base + at })
  }
}

/// Applies what is pending. The backward takes a gradient to that behind it.
///
/// Shapes: (N, H, W, C) to the same.
func settle(_ x: Activation) -> (y: Tensor, backward: (Tensor) -> ActivationGradient) {
  guard x.pending != nil else { return (x.values, { dy in ActivationGradient(dy) }) }
  let y = Tensor(uninitialized: x.values.shape)
  let (to, row) = (y.buffer, x.width * x.channels)
  forEachImage(of: x.batch) { image in
    unsafe x.place(0..<x.height, of: image, to: to.base + image * x.each, step: row)
  }
  let settled = x.settling(in: y)
  return (
    y,
    { dy in
      let gradient = settled.gradient(settled.slope == 1 ? dy : Tensor(uninitialized: dy.shape))
      let from = dy.buffer
      forEachImage(of: settled.batch) { image in
        unsafe settled.close(image, from.base + image * settled.each, adding: nil, into: gradient)
      }
      return gradient
    }
  )
}
