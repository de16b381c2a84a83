import CSiamKernels
import SiamTensors

/// The gradient before a normalisation, a · dy + b · y + c by channel, of the gradient dy behind it (N, H, W, C).
package struct RawGradient: ImageSource {
  /// dy, the gradient behind the normalisation.
  let behind: ActivationGradient
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
    let row = width * channels
    // Where there is no border the rows follow one another.
    let together = behind.border == 0 ? rows.count : 1
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: max(1, together)) {
      unsafe ck_kernels().pointee.normalize_gradient(
        behind.row(first, of: image), raw.values.buffer.base + (image * height + first) * row, together,
        width, channels, coefficients.a.buffer.base, coefficients.b.buffer.base, coefficients.c.buffer.base,
        start + (first - rows.lowerBound) * step, step)
    }
  }
}
