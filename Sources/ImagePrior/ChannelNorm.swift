import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// Batch normalisation of one picture by its own statistics: y = γ (x − μ) / √(σ² + ε) + β with ε = 1e-5, by channel.
///
/// Source: Ioffe and Szegedy 2015, algorithm 1. No running statistics: the network is never used on another picture.
struct ChannelNorm: Sendable {
  static let epsilon = 1e-5
  let channels: Int
  let scale, shift: Range<Int>

  init(_ channels: Int, named name: String, in layout: inout ParameterLayout) {
    self.channels = channels
    scale = layout.claim(name + ".weight", [channels], .scale(initially: 1))
    shift = layout.claim(name + ".bias", [channels], .shift)
  }

  /// What it does to a map whose moments were taken.
  func pending(_ moments: BandMoments, _ parameters: Parameters) -> Affine {
    let (mean, variance) = moments.total
    let result = Affine(channels: channels, pixels: moments.pixels)
    let values = parameters.values.buffer
    for channel in 0..<channels {
      let inverse = 1 / (variance[channel] + Self.epsilon).squareRoot()
      unsafe result.inverse.base[channel] = Float(inverse)
      let a = unsafe Double(values.base[scale.lowerBound + channel]) * inverse
      unsafe result.scale.base[channel] = Float(a)
      unsafe result.shift.base[channel] = Float(
        Double(values.base[shift.lowerBound + channel]) - a * mean[channel])
      unsafe result.mean.base[channel] = Float(mean[channel])
    }
    return result
  }

  /// Writes dγ and dβ, and returns the coefficients of dx = a · dy + b · x + c.
  ///
  /// With M pixels: a = γ/√(σ² + ε), b = −a Σ(dy (x − μ)) / (M (σ² + ε)), c = −a Σdy / M − b μ.
  func gradient(_ sums: GradientSums, of pass: Affine, _ parameters: inout Parameters) -> Coefficients {
    let (sum, product) = sums.total
    let (result, gradients) = (Coefficients(channels: channels), parameters.gradients.unique())
    let m = Double(pass.pixels)
    for channel in 0..<channels {
      let (a, inverse) = unsafe (Double(pass.scale.base[channel]), Double(pass.inverse.base[channel]))
      unsafe gradients.base[scale.lowerBound + channel] = Float(product[channel] * inverse)
      unsafe gradients.base[shift.lowerBound + channel] = Float(sum[channel])
      let slope = -a * product[channel] * inverse * inverse / m
      unsafe result.a.base[channel] = Float(a)
      unsafe result.b.base[channel] = Float(slope)
      unsafe result.c.base[channel] = Float(
        -a * sum[channel] / m - slope * Double(pass.mean.base[channel]))
    }
    return result
  }
}

/// A normalisation as it stands in one pass: y = x · scale + shift, by channel.
@safe struct Affine: Sendable {
  let scale, shift, mean: Buffer
  /// 1 / √(variance + ε).
  let inverse: Buffer
  let pixels: Int

  init(channels: Int, pixels: Int) {
    (scale, shift) = (Buffer(count: channels), Buffer(count: channels))
    (mean, inverse) = (Buffer(count: channels), Buffer(count: channels))
    self.pixels = pixels
  }
}

/// dx = a · dy + b · x + c, by channel.
@safe struct Coefficients: Sendable {
  let a, b, c: Buffer

  init(channels: Int) {
    (a, b, c) = (Buffer(count: channels), Buffer(count: channels), Buffer(count: channels))
  }
}

/// Mean and summed squared deviation of each channel, by band of rows.
@safe struct BandMoments: Sendable {
  private let bands: Bands
  private let width, channels: Int
  private let means, deviations: Buffer

  init(_ bands: Bands, of map: Map) {
    (self.bands, width, channels) = (bands, map.width, map.channels)
    means = Buffer(count: bands.count * map.channels)
    deviations = Buffer(count: bands.count * map.channels)
  }

  var pixels: Int { bands.height * width }

  /// Measures one band of a map without border.
  func measure(_ band: Int, of map: Map) {
    let rows = bands[band]
    unsafe ck_channel_statistics(
      map.row(rows.lowerBound), rows.count * width, channels, means.base + band * channels,
      deviations.base + band * channels)
  }

  /// Mean and biased variance of each channel over all bands (Chan, Golub, LeVeque 1979).
  var total: (mean: [Double], variance: [Double]) {
    var mean = [Double](repeating: 0, count: channels)
    var variance = mean
    for band in 0..<bands.count {
      let share = Double(bands[band].count * width) / Double(pixels)
      for channel in 0..<channels {
        mean[channel] += unsafe share * Double(means.base[band * channels + channel])
      }
    }
    for band in 0..<bands.count {
      let count = Double(bands[band].count * width)
      for channel in 0..<channels {
        let at = band * channels + channel
        let off = unsafe Double(means.base[at]) - mean[channel]
        variance[channel] += unsafe Double(deviations.base[at]) + count * off * off
      }
    }
    for channel in 0..<channels { variance[channel] /= Double(pixels) }
    return (mean, variance)
  }
}
