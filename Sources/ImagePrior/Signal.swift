import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// What flows between the parts of the network: a map, perhaps with a normalisation and a leaky ReLU that are still to be
/// applied. Whoever reads it applies them on the way, so they cost no pass of their own.
struct Signal: Sendable {
  let raw: Map
  let pending: Affine?
  /// Of the leaky ReLU below zero; 1 where there is none.
  let slope: Float

  init(_ raw: Map, pending: Affine? = nil, slope: Float = 1) {
    (self.raw, self.pending, self.slope) = (raw, pending, slope)
  }

  /// Writes one row, with what is pending applied, to pixels `pixel` floats apart.
  func place(row y: Int, to: UnsafeMutablePointer<Float>, pixel: Int) {
    guard let pending else {
      precondition(pixel == raw.channels, "nothing is pending in a map to be spread")
      unsafe to.update(from: raw.row(y), count: raw.width * raw.channels)
      return
    }
    unsafe ck_maps().pointee.place_leaky(
      raw.row(y), raw.width, raw.channels, pending.scale.base, pending.shift.base, slope, to, pixel)
  }

  /// Writes rows with `border` pixels on either side, `step` floats apart; rows and pixels outside the picture are its
  /// reflections in the middle of its outermost pixels.
  ///
  /// - Precondition: more than `border` rows and columns.
  func place(_ rows: Range<Int>, border: Int, to room: UnsafeMutablePointer<Float>, step: Int) {
    let channels = raw.channels
    for y in rows {
      let to = unsafe room + (y - rows.lowerBound) * step + border * channels
      unsafe place(row: reflected(y, in: raw.height), to: to, pixel: channels)
      for distance in 0..<border {
        let behind = raw.width + distance
        unsafe (to - (distance + 1) * channels).update(from: to + (distance + 1) * channels, count: channels)
        unsafe (to + behind * channels).update(
          from: to + reflected(behind, in: raw.width) * channels, count: channels)
      }
    }
  }
}

/// Where a place outside 0..<count comes from: −1 from 1, count from count − 2.
func reflected(_ place: Int, in count: Int) -> Int {
  place < 0 ? -place : place >= count ? 2 * (count - 1) - place : place
}

/// The gradient of a convolution's output: that behind its normalisation, and the way through it.
struct RawGradient: Sendable {
  /// The gradient with its leaky ReLU behind it.
  let behind: Map
  /// The output, and the normalisation's coefficients; nil where there is none.
  let normalized: (raw: Map, coefficients: Coefficients)?

  /// Writes rows with `before` zero pixels before them and zeros behind, `step` floats apart; rows outside the picture are
  /// zero.
  func place(_ rows: Range<Int>, before: Int, to room: UnsafeMutablePointer<Float>, step: Int) {
    let (width, channels) = (behind.width, behind.channels)
    for y in rows {
      let start = unsafe room + (y - rows.lowerBound) * step
      guard (0..<behind.height).contains(y) else {
        unsafe start.update(repeating: 0, count: step)
        continue
      }
      unsafe start.update(repeating: 0, count: before * channels)
      unsafe place(row: y, to: start + before * channels)
      let filled = (before + width) * channels
      unsafe (start + filled).update(repeating: 0, count: step - filled)
    }
  }

  /// Writes one row.
  func place(row y: Int, to: UnsafeMutablePointer<Float>) {
    let (width, channels) = (behind.width, behind.channels)
    guard let normalized else {
      unsafe to.update(from: behind.row(y), count: width * channels)
      return
    }
    let by = normalized.coefficients
    unsafe ck_place_gradient(
      behind.row(y), normalized.raw.row(y), 1, width, channels, by.a.base, by.b.base, by.c.base, to, 0)
  }
}

extension Signal {
  /// Takes a gradient of what is read back through the leaky ReLU, in place, and with its sums through the normalisation.
  func close(_ gradient: Map, _ norm: ChannelNorm, _ parameters: inout Parameters) -> RawGradient {
    guard let pending else { preconditionFailure("nothing is pending") }
    let (raw, slope) = (raw, slope)
    let sums = GradientSums(parts: raw.height, channels: raw.channels)
    let bands = Bands(of: raw)
    parallelFor(bands.count) { band in
      for y in bands[band] {
        let (row, at) = unsafe (gradient.row(y), y * raw.channels)
        unsafe ck_maps().pointee.leaky_sums(
          row, raw.channels, raw.row(y), raw.width, raw.channels, pending.mean.base, pending.scale.base,
          pending.shift.base, slope, sums.sums.base + at, sums.products.base + at, row)
      }
    }
    return RawGradient(
      behind: gradient, normalized: (raw, norm.gradient(sums, of: pending, &parameters)))
  }
}
