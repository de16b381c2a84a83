import CSiamKernels
package import SiamTensors

/// The gradient of an activation. Once closed it is the gradient behind the pending normalisation and ReLU, with the sums
/// that the normalisation's backward needs, and those of the shortcut's.
package struct ActivationGradient: Sendable {
  /// The gradient, (N, H + 2 border, W + 2 border, C).
  package let dy: Tensor
  /// Pixels around each image that count for nothing: what lay in them was folded into the image.
  let border: Int
  /// The sums of a closed gradient; nil before, and where nothing is pending.
  let sums, shortcutSums: GradientSums?

  /// A gradient (N, H, W, C), with `border` more pixels on every side.
  package init(
    _ dy: Tensor, border: Int = 0, sums: GradientSums? = nil, shortcutSums: GradientSums? = nil
  ) {
    (self.dy, self.border, self.sums, self.shortcutSums) = (dy, border, sums, shortcutSums)
  }

  /// The first pixel of a row of image `image`, without its border.
  func row(_ y: Int, of image: Int = 0) -> UnsafeMutablePointer<Float> {
    let (rows, columns) = (dy.shape[1], dy.shape[2])
    return unsafe dy.buffer.base + (((image * rows + y + border) * columns) + border) * dy.channels
  }

  /// The backward of a border of one reflected pixel: adds what lies in it to the pixels that it came from.
  func foldBorder() {
    guard border > 0 else { return }
    let (height, width, channels) = (dy.shape[1] - 2, dy.shape[2] - 2, dy.channels)
    precondition(border == 1 && height > 1 && width > 1, "a border of \(border) around \(height)x\(width)")
    for image in 0..<dy.shape[0] {
      for (from, to) in [(-1, 1), (height, height - 2)] {
        unsafe ck_kernels().pointee.add(
          row(from, of: image) - channels, (width + 2) * channels, row(to, of: image) - channels)
      }
      for y in 0..<height {
        let row = unsafe row(y, of: image)
        unsafe ck_kernels().pointee.add(row - channels, channels, row + channels)
        unsafe ck_kernels().pointee.add(row + width * channels, channels, row + (width - 2) * channels)
      }
    }
  }

  /// Adds a gradient (N, H, W, C) to this one, in place.
  func add(_ more: Tensor) {
    let (height, row) = (more.shape[1], more.shape[2] * more.channels)
    let (from, bands) = (more.buffer, Regions(batch: more.shape[0], height: height, floats: row))
    parallelFor(bands.count) { band in
      let (image, rows) = (bands[band].image, bands[band].rows)
      for y in rows {
        unsafe ck_kernels().pointee.add(from.base + (image * height + y) * row, row, self.row(y, of: image))
      }
    }
  }
}

extension Activation {
  /// Room for the gradient behind what is pending; its dy (N, H, W, C) is given.
  func gradient(_ dy: Tensor) -> ActivationGradient {
    ActivationGradient(
      dy, sums: pending == nil ? nil : GradientSums(parts: batch, channels: channels),
      shortcutSums: shortcut?.pending != nil ? GradientSums(parts: batch, channels: channels) : nil)
  }

  /// Closes one image's gradient dy (H, W, C), to which it adds `more`: takes it through the ReLU into `gradient`, and
  /// sums it up.
  func close(
    _ image: Int, _ dy: UnsafePointer<Float>, adding more: UnsafePointer<Float>?,
    into gradient: ActivationGradient
  ) {
    let (at, part, pixels) = (image * each, image * channels, height * width)
    let to = unsafe gradient.dy.buffer.base + at
    guard let pending, let sums = gradient.sums else {
      if let more = unsafe more { unsafe ck_kernels().pointee.add(more, each, to) }
      return
    }
    let relu = slope == 0
    let output = relu ? unsafe settled.map { unsafe UnsafePointer($0.buffer.base + at) } : nil
    let gates = unsafe relu && output == nil
    unsafe ck_kernels().pointee.normalize_gradient_sums(
      dy, more, output, values.buffer.base + at, pixels, channels, pending.mean.buffer.base,
      gates ? pending.scale.buffer.base : nil, gates ? pending.shift.buffer.base : nil, ceiling,
      sums.sums.base + part,
      sums.products.base + part, relu || more != nil ? to : nil)
    if let shortcut, let side = shortcut.pending, let sums = gradient.shortcutSums {
      unsafe ck_kernels().pointee.normalize_gradient_sums(
        to, nil, nil, shortcut.values.buffer.base + at, pixels, channels, side.mean.buffer.base, nil, nil,
        .infinity,
        sums.sums.base + part, sums.products.base + part, nil)
    }
  }

  /// Closes a gradient of what is read here, row by row; it writes over the one that is given. One that is closed
  /// comes back as it is.
  ///
  /// - Precondition: a normalisation is pending, and no shortcut.
  package func closed(_ gradient: ActivationGradient) -> ActivationGradient {
    guard gradient.sums == nil, let pending else { return gradient }
    precondition(shortcut == nil, "a shortcut has no gradient yet")
    let (height, row, channels, width, slope) = (height, width * channels, channels, width, slope)
    let sums = GradientSums(parts: batch * height, channels: channels)
    let from = values.buffer
    let bands = Regions(batch: batch, height: height, floats: row)
    parallelFor(bands.count) { band in
      let (image, rows) = (bands[band].image, bands[band].rows)
      for y in rows {
        let part = image * height + y
        unsafe ck_kernels().pointee.normalize_leaky_gradient_sums(
          gradient.row(y, of: image), channels, from.base + part * row, width, channels,
          pending.mean.buffer.base, pending.scale.buffer.base, pending.shift.buffer.base, slope,
          sums.sums.base + part * channels, sums.products.base + part * channels,
          gradient.row(y, of: image))
      }
    }
    return ActivationGradient(gradient.dy, border: gradient.border, sums: sums)
  }
}
