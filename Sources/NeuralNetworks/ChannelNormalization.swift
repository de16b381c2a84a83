import SiamTensors

/// A normalisation as it stands in one forward pass: y = x · scale + shift, by channel.
package struct Normalized: Sendable {
  /// By channel, (C): what x is multiplied by, what is added then, and what was taken for the mean of x.
  let scale, shift, mean: Tensor
  /// 1 / √(variance + ε); 1 where nothing is normalised.
  let inverse: [Double]
  /// The pixels that the statistics were taken over; 0 where they are constants.
  let pixels: Int
}

/// Batch normalisation with or without scale and shift, or a plain bias in its place.
///
/// y = γ (x − μ) / √(σ² + ε) + β with ε = 1e-5, by channel. Source: Ioffe and Szegedy 2015, algorithm 1.
package struct ChannelNormalization: Sendable {
  /// What it normalises by, and what it learns.
  package enum Kind: Sendable, Equatable {
    /// Batch normalisation with γ and β.
    case batch
    /// Batch normalisation without γ and β.
    case plainBatch
    /// Batch normalisation by the running statistics in training too, where they are constants; they are measured only in
    /// calibration.
    case frozen
    /// Batch normalisation without running statistics, for a network that sees one batch alone.
    case untracked
    /// No normalisation: a bias alone.
    case bias
  }
  private static let epsilon = 1e-5

  private let kind: Kind
  /// C.
  let channels: Int
  private let scale, shift, mean, variance: Range<Int>?

  /// Claims γ, β and the running statistics, as far as the kind has them.
  ///
  /// - Parameters:
  ///   - fanIn: the inputs of a bias.
  ///   - initialScale: where γ starts.
  package init(
    _ kind: Kind, channels: Int, fanIn: Int = 1, initialScale: Float = 1, named name: String,
    in layout: inout ParameterLayout
  ) {
    (self.kind, self.channels) = (kind, channels)
    let affine = [.batch, .frozen, .untracked].contains(kind)
    scale = affine ? layout.claim(name + ".weight", [channels], .scale(initially: initialScale)) : nil
    shift =
      kind == .plainBatch
      ? nil : layout.claim(name + ".bias", [channels], affine ? .shift : .bias(fanIn: fanIn))
    let tracks = [.batch, .plainBatch, .frozen].contains(kind)
    mean = tracks ? layout.claimStatistic(name + ".running_mean", count: channels, initially: 0) : nil
    variance = tracks ? layout.claimStatistic(name + ".running_var", count: channels, initially: 1) : nil
  }

  /// Whether this pass needs the batch's moments.
  func measures(_ mode: Mode) -> Bool {
    switch (kind, mode) {
    case (.untracked, _): true
    case (.bias, _), (_, .evaluation), (.frozen, .training): false
    case (.batch, _), (.plainBatch, _), (.frozen, .calibration): true
    }
  }

  /// What to do to x in this pass; in training and calibration the running statistics follow.
  package func normalized(
    by moments: Moments, _ parameters: inout Parameters, _ mode: Mode
  ) -> Normalized {
    var center = [Double](repeating: 0, count: channels)
    var inverse = [Double](repeating: 1, count: channels)
    var pixels = 0
    if measures(mode) {
      let batch = moments.total()
      (center, pixels) = (batch.mean, moments.pixels)
      inverse = batch.variance.map { 1 / ($0 + Self.epsilon).squareRoot() }
      follow(batch, pixels, &parameters, mode)
    } else if let mean, let variance {
      let running = parameters.statistics.values
      center = running[mean].map(Double.init)
      inverse = running[variance].map { 1 / (Double($0) + Self.epsilon).squareRoot() }
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
      mean: Tensor([channels], center.map { Float($0) }),
      // Rounded as ever: the course of a fit depends on every bit.
      inverse: kind == .untracked ? inverse.map { Double(Float($0)) } : inverse, pixels: pixels)
  }

  private func follow(
    _ batch: (mean: [Double], variance: [Double]), _ pixels: Int, _ parameters: inout Parameters,
    _ mode: Mode
  ) {
    guard let mean, let variance else { return }
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
        let (m, v) = (mean.lowerBound + channel, variance.lowerBound + channel)
        running[m] += Float(weight * (batch.mean[channel] - Double(running[m])))
        running[v] += Float(weight * (batch.variance[channel] * unbiased - Double(running[v])))
      }
    }
  }

  /// Adds dγ and dβ, and returns the gradient before the normalisation that is pending in y, from that of what is read
  /// of y: dx = a · dy + b · x + c.
  ///
  /// With M pixels: a = γ/√(σ² + ε), b = −a Σ(dy (x − μ)) / (M (σ² + ε)), c = −a Σdy / M − b μ.
  package func backward(
    _ gradient: ActivationGradient, of y: Activation, _ parameters: inout Parameters
  ) -> RawGradient {
    let gradient = y.closed(gradient)
    guard let pass = y.pending, let sums = gradient.sums else {
      preconditionFailure("a gradient without sums")
    }
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
    return RawGradient(
      behind: gradient, raw: y, coefficients: (a, Tensor([channels], b), Tensor([channels], c)))
  }
}
