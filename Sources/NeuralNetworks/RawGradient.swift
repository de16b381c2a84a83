import CSiamKernels
import SiamTensors

/// The gradient before a normalisation, a · dy + b · y + c by channel, of the gradient dy behind it (N, H, W, C).
package struct RawGradient: PictureSource {
  /// dy, the gradient behind the normalisation.
  let behind: Tensor
  /// y, whose values are those before it.
  let raw: Activation
  /// By channel.
  let coefficients: (a: Tensor, b: Tensor, c: Tensor)

  /// H.
  package var height: Int { raw.height }
  /// W.
  package var width: Int { raw.width }
  /// C.
  package var channels: Int { raw.channels }

  package func place(_ rows: Range<Int>, of image: Int, to start: UnsafeMutablePointer<Float>, step: Int) {
    let at = (image * height + rows.lowerBound) * width * channels
    unsafe ck_kernels().pointee.normalize_gradient(
      behind.buffer.base + at, raw.values.buffer.base + at, rows.count, width, channels,
      coefficients.a.buffer.base, coefficients.b.buffer.base, coefficients.c.buffer.base, start, step)
  }
}
