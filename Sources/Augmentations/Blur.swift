import CSiamKernels
import Glibc
package import SiamImages

extension Image {
  /// Blurs with a Gaussian of width `sigma`, in pixels, cut off to `kernel` pixels; the border is mirrored without
  /// repeating its outermost pixels.
  ///
  /// Columns first, kept with 6 bits behind the point, then rows; the products are rounded to those 6 bits too. The result
  /// is within one level of the exact one for kernels of up to 125 pixels.
  ///
  /// - Precondition: `sigma` is positive, `kernel` is odd and positive.
  /// - Complexity: O(width · height · kernel), less where sigma is small.
  package mutating func blur(sigma: Double, kernel: Int) {
    precondition(sigma > 0 && kernel > 0 && kernel % 2 == 1, "blur of width \(sigma), kernel \(kernel)")
    let weights = gaussian(sigma: sigma, reach: kernel / 2)
    let reach = weights.count - 1
    if reach == 0 { return }

    let (length, height, pixels) = unsafe (3 * width, height, ck_pixels())
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

/// The weights of the middle and of each distance from it, in 2⁻¹⁵, without the outer ones that round to 0.
///
/// They add up to 1 exactly, middle + 2 · (the others) = 2¹⁵: from the outside in, the sum so far is what is rounded.
/// (A lone middle would be 2¹⁵, one more than fits.)
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

/// Where a place outside 0..<count is found when the line is mirrored at its ends again and again.
func mirrored(_ place: Int, _ count: Int) -> Int {
  if count == 1 { return 0 }
  let period = 2 * (count - 1)
  let folded = ((place % period) + period) % period
  return min(folded, period - folded)
}

/// A row of RGB with `reach` more pixels at each end.
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
