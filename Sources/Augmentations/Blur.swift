import CSiamKernels
import Glibc
package import SiamImages

extension Image {
  /// Blurs with a Gaussian of standard deviation `sigma` cut off to `kernel` pixels; the border is reflected without
  /// repeating the outermost pixels.
  ///
  /// First along rows, to 6 fraction bits, then along columns; products are rounded to 6 fraction bits too. The result is
  /// within one grey level of the exact one for kernels of up to 125 pixels.
  ///
  /// - Parameters:
  ///   - sigma: in pixels.
  ///   - kernel: the width of the kernel in pixels.
  /// - Precondition: `sigma` is positive, `kernel` is odd and positive.
  /// - Complexity: O(width · height · kernel), less for a small sigma.
  package mutating func blur(sigma: Double, kernel: Int) {
    precondition(sigma > 0 && kernel > 0 && kernel % 2 == 1, "blur of width \(sigma), kernel \(kernel)")
    let weights = gaussian(sigma: sigma, reach: kernel / 2)
    let reach = weights.count - 1
    if reach == 0 { return }

    let (length, height, pixels) = unsafe (3 * width, height, ck_kernels())
    var across = unsafe [Int16](unsafeUninitializedCapacity: length * height) { $1 = $0.count }
    var padded = [UInt8](repeating: 0, count: length + 6 * reach)
    unsafe across.withUnsafeMutableBufferPointer { across in
      guard let across = across.baseAddress else { return }
      for y in 0..<height {
        mirror(self.pixels.span.extracting(y * length..<(y + 1) * length), by: reach, to: &padded)
        unsafe pixels.pointee.blur_across(padded, length, weights, reach, across + y * length)
      }
      unsafe changePixels { to, _ in
        for y in 0..<height {
          let rows = unsafe (y - reach...y + reach).map {
            unsafe UnsafePointer(across + mirrored($0, height) * length)
          }
          unsafe pixels.pointee.blur_down(rows, length, weights, reach, to + y * length)
        }
      }
    }
  }
}

/// The weights of a Gaussian by distance from the middle, in units of 2⁻¹⁵, without outer ones that round to 0.
///
/// Rounding the running sum from the outside in makes them sum to 1 exactly: middle + 2 · (the others) = 2¹⁵. (A lone middle
/// would be 2¹⁵, one more than fits.)
func gaussian(sigma: Double, reach: Int) -> [Int16] {
  let exact = (0...reach).map { exp(-0.5 * (Double($0) / sigma) * (Double($0) / sigma)) }
  let sum = 2 * exact.reduce(0, +) - exact[0]
  var weights = [Int16](repeating: 0, count: reach + 1)
  var (outside, given) = (0.0, 0)
  for distance in (1..<reach + 1).reversed() {
    outside += exact[distance] / sum * 32768
    let total = Int(outside.rounded())
    weights[distance] = Int16(total - given)
    given = total
  }
  weights[0] = Int16(clamping: 32768 - 2 * given)
  while weights.count > 1, weights.last == 0 { weights.removeLast() }
  return weights
}

/// The index in 0..<count that any index falls on when a line of `count` elements is reflected at both ends, repeatedly.
func mirrored(_ index: Int, _ count: Int) -> Int {
  if count == 1 { return 0 }
  let period = 2 * (count - 1)
  let folded = ((index % period) + period) % period
  return min(folded, period - folded)
}

/// Copies a row of RGB to `padded`, reflected by `reach` pixels at each end.
private func mirror(_ row: Span<UInt8>, by reach: Int, to padded: inout [UInt8]) {
  let count = row.count / 3
  for x in 0..<reach {
    let (left, right) = (mirrored(x - reach, count), mirrored(count + x, count))
    for channel in 0..<3 {
      padded[3 * x + channel] = row[3 * left + channel]
      padded[3 * (reach + count + x) + channel] = row[3 * right + channel]
    }
  }
  unsafe row.withUnsafeBufferPointer { row in
    unsafe padded.withUnsafeMutableBufferPointer { padded in
      _ = unsafe padded[(3 * reach)...].update(fromContentsOf: row)
    }
  }
}
