import CSiamKernels
package import SiamTensors

/// Mean and summed squared deviation of each channel, by part of a batch; the parts are of equal size.
@safe struct Moments: Sendable {
  let parts, channels: Int
  let means, deviations: Buffer

  init(parts: Int, channels: Int) {
    (self.parts, self.channels) = (parts, channels)
    means = Buffer(count: parts * channels)
    deviations = Buffer(count: parts * channels)
  }

  /// Measures one part: `pixels` pixels of `channels` floats.
  func measure(_ part: Int, _ x: UnsafePointer<Float>, pixels: Int) {
    unsafe ck_channel_statistics(
      x, pixels, channels, means.base + part * channels, deviations.base + part * channels)
  }

  /// Mean and biased variance of each channel over all parts (Chan, Golub, LeVeque 1979).
  func total(pixelsPerPart pixels: Int) -> (mean: [Double], variance: [Double]) {
    var mean = means.total(parts: parts, each: channels)
    for channel in mean.indices { mean[channel] /= Double(parts) }
    var variance = [Double](repeating: 0, count: channels)
    for part in 0..<parts {
      let center = unsafe Span(_unsafeStart: means.base + part * channels, count: channels)
      let deviation = unsafe Span(_unsafeStart: deviations.base + part * channels, count: channels)
      for channel in variance.indices {
        let off = Double(center[channel]) - mean[channel]
        variance[channel] += Double(deviation[channel]) + Double(pixels) * off * off
      }
    }
    for channel in variance.indices { variance[channel] /= Double(parts * pixels) }
    return (mean, variance)
  }
}

/// Σ dy and Σ dy · (x − mean) of each channel, by part of a batch.
@safe package struct GradientSums: Sendable {
  let parts, channels: Int
  package let sums, products: Buffer

  package init(parts: Int, channels: Int) {
    (self.parts, self.channels) = (parts, channels)
    sums = Buffer(count: parts * channels)
    products = Buffer(count: parts * channels)
  }

  package var total: (sum: [Double], product: [Double]) {
    (sums.total(parts: parts, each: channels), products.total(parts: parts, each: channels))
  }
}

extension Buffer {
  /// The sum of `parts` rows of `each` floats.
  fileprivate func total(parts: Int, each: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: each)
    for part in 0..<parts {
      let row = unsafe Span(_unsafeStart: base + part * each, count: each)
      for index in sums.indices { sums[index] += Double(row[index]) }
    }
    return sums
  }
}

/// A normalisation as it stands in one forward pass: y = x · scale + shift, by channel.
struct Normalized: Sendable {
  let scale, shift, mean: Tensor
  /// 1 / √(variance + ε); 1 where nothing is normalised.
  let inverse: [Double]
  /// The pixels that the statistics were taken over; 0 where they are constants.
  let pixels: Int
}

/// Batch normalisation with or without scale and shift, or a plain bias in its place.
///
/// y = γ (x − μ) / √(σ² + ε) + β with ε = 1e-5, by channel. Source: Ioffe and Szegedy 2015, algorithm 1.
struct Normalization: Sendable {
  enum Kind: Sendable, Equatable {
    case batch
    /// Batch normalisation without γ and β.
    case plainBatch
    /// No normalisation: a bias alone.
    case bias
  }
  static let epsilon = 1e-5

  let kind: Kind
  let channels: Int
  private let scale, shift, mean, variance: Range<Int>?

  init(
    _ kind: Kind, channels: Int, fanIn: Int = 1, initialScale: Float = 1, named name: String,
    in layout: inout ParameterLayout
  ) {
    (self.kind, self.channels) = (kind, channels)
    let affine = kind == .batch
    scale = affine ? layout.claim(name + ".weight", [channels], .scale(initially: initialScale)) : nil
    shift =
      kind == .plainBatch
      ? nil : layout.claim(name + ".bias", [channels], affine ? .shift : .bias(fanIn: fanIn))
    let counts = kind != .bias
    mean = counts ? layout.claimStatistic(name + ".running_mean", count: channels, initially: 0) : nil
    variance = counts ? layout.claimStatistic(name + ".running_var", count: channels, initially: 1) : nil
  }

  /// Whether this pass needs the batch's moments.
  func measures(_ mode: Mode) -> Bool { kind != .bias && mode != .evaluation }

  /// What to do to x in this pass; in training and calibration the running statistics follow.
  func normalized(
    by moments: Moments, pixelsPerPart: Int, _ parameters: inout Parameters, _ mode: Mode
  ) -> Normalized {
    var center = [Double](repeating: 0, count: channels)
    var inverse = [Double](repeating: 1, count: channels)
    var pixels = 0
    if let mean, let variance {
      if mode == .evaluation {
        let running = parameters.statistics.values
        center = running[mean].map(Double.init)
        inverse = running[variance].map { 1 / (Double($0) + Self.epsilon).squareRoot() }
      } else {
        let batch = moments.total(pixelsPerPart: pixelsPerPart)
        center = batch.mean
        inverse = batch.variance.map { 1 / ($0 + Self.epsilon).squareRoot() }
        pixels = moments.parts * pixelsPerPart
        follow(batch, pixels, (mean, variance), &parameters, mode)
      }
    }
    var scales = [Float](repeating: 0, count: channels)
    var shifts = scales
    parameters.values.withSpan { values in
      for channel in 0..<channels {
        let a = Double(scale.map { values[$0.lowerBound + channel] } ?? 1) * inverse[channel]
        scales[channel] = Float(a)
        shifts[channel] = Float(
          Double(shift.map { values[$0.lowerBound + channel] } ?? 0) - a * center[channel])
      }
    }
    return Normalized(
      scale: Tensor([channels], scales), shift: Tensor([channels], shifts),
      mean: Tensor([channels], center.map { Float($0) }), inverse: inverse, pixels: pixels)
  }

  private func follow(
    _ batch: (mean: [Double], variance: [Double]), _ pixels: Int,
    _ places: (mean: Range<Int>, variance: Range<Int>),
    _ parameters: inout Parameters, _ mode: Mode
  ) {
    let weight: Double
    switch mode {
    case .training: weight = 0.1
    case .calibration(let share): weight = Double(share)
    case .evaluation: return
    }
    // PyTorch keeps the unbiased variance for evaluation.
    let unbiased = pixels > 1 ? Double(pixels) / Double(pixels - 1) : 1
    parameters.statistics.withMutableSpan { running in
      for channel in 0..<channels {
        let (m, v) = (places.mean.lowerBound + channel, places.variance.lowerBound + channel)
        running[m] += Float(weight * (batch.mean[channel] - Double(running[m])))
        running[v] += Float(weight * (batch.variance[channel] * unbiased - Double(running[v])))
      }
    }
  }

  /// Adds dγ and dβ, and returns the coefficients of dx = a · dy + b · x + c.
  ///
  /// With M pixels: a = γ/√(σ² + ε), b = −a Σ(dy (x − μ)) / (M (σ² + ε)), c = −a Σdy / M − b μ.
  func gradient(
    _ sums: GradientSums, of pass: Normalized, _ parameters: inout Parameters
  ) -> (a: Tensor, b: Tensor, c: Tensor) {
    let (sum, product) = sums.total
    if let scale {
      parameters.addGradient(zip(product, pass.inverse).map { Float($0 * $1) }, to: scale)
    }
    if let shift { parameters.addGradient(sum.map { Float($0) }, to: shift) }
    let a = pass.scale
    var (b, c) = ([Float](repeating: 0, count: channels), [Float](repeating: 0, count: channels))
    if pass.pixels > 0 {
      let (scales, means) = (a.values, pass.mean.values)
      for channel in 0..<channels {
        let (a, m) = (Double(scales[channel]), Double(pass.pixels))
        let slope = -a * product[channel] * pass.inverse[channel] * pass.inverse[channel] / m
        b[channel] = Float(slope)
        c[channel] = Float(-a * sum[channel] / m - slope * Double(means[channel]))
      }
    }
    return (a, Tensor([channels], b), Tensor([channels], c))
  }
}
