import CSiamKernels
package import SiamTensors

/// Mean and summed squared deviation of each channel, by part of a batch.
@safe package struct Moments: Sendable {
  private let parts, channels: Int
  private let areEqual: Bool
  private let means, deviations: Buffer
  /// The pixels of each part.
  private let counts: Buffer

  /// - Parameter areEqual: whether all parts have as many pixels.
  package init(parts: Int, areEqual: Bool = true, channels: Int) {
    (self.parts, self.areEqual, self.channels) = (parts, areEqual, channels)
    means = Buffer(count: parts * channels)
    deviations = Buffer(count: parts * channels)
    counts = Buffer(count: parts)
  }

  /// Measures one part: `pixels` pixels of `channels` floats.
  ///
  /// - Precondition: fewer than 2²⁴ pixels.
  package func measure(_ part: Int, _ x: UnsafePointer<Float>, pixels: Int) {
    unsafe counts.base[part] = Float(pixels)
    unsafe ck_kernels().pointee.channel_statistics(
      x, pixels, channels, means.base + part * channels, deviations.base + part * channels)
  }

  /// The pixels of all parts.
  var pixels: Int { (0..<parts).reduce(0) { unsafe $0 + Int(counts.base[$1]) } }

  /// Mean and biased variance of each channel over all parts (Chan, Golub, LeVeque 1979).
  func total() -> (mean: [Double], variance: [Double]) {
    let pixels = Double(pixels)
    // Equal parts are divided once, at the end: a mean of few floats is often halfway between two others.
    let weights = (0..<parts).map { areEqual ? 1 : unsafe Double(counts.base[$0]) / pixels }
    var mean = [Double](repeating: 0, count: channels)
    var variance = mean
    for part in 0..<parts {
      let center = unsafe Span(_unsafeStart: means.base + part * channels, count: channels)
      for channel in mean.indices { mean[channel] += weights[part] * Double(center[channel]) }
    }
    if areEqual { for channel in mean.indices { mean[channel] /= Double(parts) } }
    for part in 0..<parts {
      let center = unsafe Span(_unsafeStart: means.base + part * channels, count: channels)
      let deviation = unsafe Span(_unsafeStart: deviations.base + part * channels, count: channels)
      let count = unsafe Double(counts.base[part])
      for channel in variance.indices {
        let off = Double(center[channel]) - mean[channel]
        variance[channel] += Double(deviation[channel]) + count * off * off
      }
    }
    for channel in variance.indices { variance[channel] /= pixels }
    return (mean, variance)
  }
}

/// Σ dy and Σ dy · (x − mean) of each channel, by part of a batch.
@safe package struct GradientSums: Sendable {
  private let parts, channels: Int
  /// Σ dy and Σ dy · (x − mean), (parts, channels).
  package let sums, products: Buffer

  /// Room for the sums of so many parts.
  package init(parts: Int, channels: Int) {
    (self.parts, self.channels) = (parts, channels)
    sums = Buffer(count: parts * channels)
    products = Buffer(count: parts * channels)
  }

  /// The sums over all parts, in their order.
  var total: (sum: [Double], product: [Double]) { (total(of: sums), total(of: products)) }

  private func total(of buffer: Buffer) -> [Double] {
    var total = [Double](repeating: 0, count: channels)
    for part in 0..<parts {
      let row = unsafe Span(_unsafeStart: buffer.base + part * channels, count: channels)
      for channel in total.indices { total[channel] += Double(row[channel]) }
    }
    return total
  }
}
