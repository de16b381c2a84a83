import Glibc
public import Images

extension Image {
  /// Blurs with a Gaussian of width `sigma`, in pixels, cut off to `kernel` pixels; the border is mirrored without
  /// repeating its outermost pixels.
  ///
  /// Columns first, kept with 6 bits behind the point, then rows; the result is within one level of the exact one.
  ///
  /// - Precondition: `sigma` is positive, `kernel` is odd and positive.
  /// - Complexity: O(width · height · kernel), less where sigma is small.
  public mutating func blur(sigma: Double, kernel: Int) {
    precondition(sigma > 0 && kernel > 0 && kernel % 2 == 1, "blur of width \(sigma), kernel \(kernel)")
    let weights = gaussian(sigma: sigma, reach: kernel / 2)
    let reach = weights.count - 1
    if reach == 0 { return }

    let (length, height) = (3 * width, height)
    var across = [Int16](repeating: 0, count: length * height)
    var padded = [UInt8](repeating: 0, count: length + 6 * reach)
    var sums = [Int32](repeating: 0, count: length)
    var sum = sums.mutableSpan
    var samples = pixels.mutableSpan
    var rows = across.mutableSpan
    for y in 0..<height {
      mirror(samples.span.extracting(y * length..<(y + 1) * length), by: reach, to: &padded)
      var row = rows._mutatingExtracting(y * length..<(y + 1) * length)
      convolve(padded.span, weights, to: &row, sums: &sum)
    }
    for y in 0..<height {
      var row = samples._mutatingExtracting(y * length..<(y + 1) * length)
      combine(rows.span, around: y, of: height, weights, to: &row, sums: &sum)
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
  var middle = padded.mutableSpan
  var inner = middle._mutatingExtracting(3 * reach..<3 * reach + row.count)
  for i in 0..<row.count { inner[i] = row[i] }
}

/// One row across: 8-bit samples to 8 + 6 bits.
private func convolve(
  _ padded: Span<UInt8>, _ weights: [Int16], to row: inout MutableSpan<Int16>, sums: inout MutableSpan<Int32>
) {
  let count = row.count
  let reach = weights.count - 1
  var sum = sums._mutatingExtracting(0..<count)
  let middle = padded.extracting(3 * reach..<3 * reach + count)
  let weight = Int32(weights[0])
  for i in 0..<count { sum[i] = Int32(middle[i]) &* weight &+ 256 }
  for distance in 1...reach {
    let left = padded.extracting(3 * (reach - distance)..<3 * (reach - distance) + count)
    let right = padded.extracting(3 * (reach + distance)..<3 * (reach + distance) + count)
    let weight = Int32(weights[distance])
    for i in 0..<count { sum[i] &+= (Int32(left[i]) &+ Int32(right[i])) &* weight }
  }
  for i in 0..<count { row[i] = Int16(truncatingIfNeeded: sum[i] &>> 9) }
}

/// One row of the result from the rows around it: 8 + 6 bits to 8.
private func combine(
  _ rows: Span<Int16>, around y: Int, of height: Int, _ weights: [Int16], to row: inout MutableSpan<UInt8>,
  sums: inout MutableSpan<Int32>
) {
  let count = row.count
  var sum = sums._mutatingExtracting(0..<count)
  let middle = rows.extracting(y * count..<(y + 1) * count)
  let weight = Int32(weights[0])
  for i in 0..<count { sum[i] = Int32(middle[i]) &* weight &+ (1 << 20) }
  for distance in 1..<weights.count {
    let (up, down) = (mirrored(y - distance, height), mirrored(y + distance, height))
    let above = rows.extracting(up * count..<(up + 1) * count)
    let below = rows.extracting(down * count..<(down + 1) * count)
    let weight = Int32(weights[distance])
    for i in 0..<count { sum[i] &+= Int32(above[i] &+ below[i]) &* weight }
  }
  for i in 0..<count { row[i] = UInt8(truncatingIfNeeded: sum[i] &>> 21) }
}
