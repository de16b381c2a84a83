extension Image {
  /// The whole picture at another size.
  ///
  /// - Precondition: `width` and `height` are at least 1.
  public func resized(to width: Int, _ height: Int) -> Image {
    resized(cropping: bounds, to: width, height)
  }

  /// A box of the picture at another size: antialiased bilinear, byte for byte what Pillow's
  /// `crop(box).resize((width, height), BILINEAR)` gives.
  ///
  /// Each axis has a triangle filter as wide as the larger of one source pixel and one result pixel, in 8.22 fixed
  /// point. Columns first, rounded to 8 bits, then rows. An axis that keeps its size is not touched.
  ///
  /// Source: Pillow, `src/libImaging/Resample.c`.
  /// - Precondition: `box` is not empty and lies inside the picture; `width` and `height` are at least 1.
  /// - Complexity: O(3 · (box.height · width · taps + width · height · taps)), taps = 2 · max(1, shrinking factor).
  public func resized(cropping box: Rectangle, to width: Int, _ height: Int) -> Image {
    check(box)
    precondition(width > 0 && height > 0, "a picture resized to \(width)×\(height)")
    if box.width == width && box.height == height { return cropped(to: box) }

    let narrow = box.width == width ? cropped(to: box).pixels : narrowed(box, to: width)
    if box.height == height { return Image(width: width, height: height, pixels: narrow) }

    var result = [UInt8](repeating: 0, count: 3 * width * height)
    let filter = TriangleFilter(from: box.height, to: height)
    var sums = [UInt32](repeating: 0, count: 3 * width)
    var rows = result.mutableSpan
    var sum = sums.mutableSpan
    for y in 0..<height {
      var row = rows._mutatingExtracting(3 * width * y..<3 * width * (y + 1))
      filter.combine(narrow.span, rowsOf: 3 * width, for: y, sums: &sum, to: &row)
    }
    return Image(width: width, height: height, pixels: result)
  }

  /// The rows of a box, each resampled to another width, two at a time.
  private func narrowed(_ box: Rectangle, to width: Int) -> [UInt8] {
    let filter = TriangleFilter(from: box.width, to: width)
    let source = pixels.span
    var result = [UInt8](repeating: 0, count: 3 * width * (box.height + box.height % 2))
    var pairs = [UInt64](repeating: 0, count: 3 * box.width)
    var rows = result.mutableSpan
    for y in stride(from: 0, to: box.height, by: 2) {
      let start = 3 * ((box.y + y) * self.width + box.x)
      let below = y + 1 < box.height ? start + 3 * self.width : start
      let upper = source.extracting(start..<start + 3 * box.width)
      let lower = source.extracting(below..<below + 3 * box.width)
      var pair = pairs.mutableSpan
      for i in 0..<pair.count { pair[i] = UInt64(upper[i]) | UInt64(lower[i]) &<< 32 }
      var both = rows._mutatingExtracting(3 * width * y..<3 * width * (y + 2))
      filter.resample(pair.span, to: &both)
    }
    if box.height % 2 == 1 { result.removeLast(3 * width) }
    return result
  }
}

/// The weights that make one axis of `outputs` samples from `inputs` samples.
struct TriangleFilter {
  /// Bits of weight behind the point. With 8 bits of sample a sum stays below 2³¹, for the weights add up to 1 within
  /// their rounding.
  static let precision: UInt32 = 22
  static let half: UInt32 = 1 << (precision - 1)

  /// The first input of each output; `taps` inputs from there on have a weight, which may be 0.
  let starts: [Int]
  let weights: [UInt32]
  /// The same for every output: loops of one length are foreseen by the processor.
  let taps: Int

  init(from inputs: Int, to outputs: Int) {
    let scale = Double(inputs) / Double(outputs)
    let support = max(scale, 1)
    func reach(_ output: Int) -> (center: Double, inputs: Range<Int>) {
      let center = (Double(output) + 0.5) * scale
      return (center, max(0, Int(center - support + 0.5))..<min(inputs, Int(center + support + 0.5)))
    }
    let taps = (0..<outputs).reduce(0) { max($0, reach($1).inputs.count) }
    var starts = [Int](repeating: 0, count: outputs)
    var weights = [UInt32](repeating: 0, count: outputs * taps)
    var triangle = [Double](repeating: 0, count: taps)
    for output in 0..<outputs {
      let (center, reached) = reach(output)
      var sum = 0.0
      for tap in 0..<reached.count {
        let distance = ((Double(tap + reached.lowerBound) - center + 0.5) * (1 / support)).magnitude
        triangle[tap] = max(0, 1 - distance)
        sum += triangle[tap]
      }
      starts[output] = min(reached.lowerBound, inputs - taps)
      let first = output * taps + reached.lowerBound - starts[output]
      for tap in 0..<reached.count {
        weights[first + tap] = UInt32(0.5 + triangle[tap] / sum * Double(1 << Self.precision))
      }
    }
    (self.starts, self.weights, self.taps) = (starts, weights, taps)
  }

  /// Two rows of RGB, resampled across: the upper one's samples in the low halves, the lower one's in the high halves,
  /// so that one product serves both. No sum reaches the other half.
  func resample(_ pairs: Span<UInt64>, to rows: inout MutableSpan<UInt8>) {
    let (starts, weights, taps) = (starts.span, weights.span, taps)
    let half = UInt64(Self.half) | UInt64(Self.half) << 32
    let second = 3 * starts.count
    for x in 0..<starts.count {
      let weight = weights.extracting(x * taps..<x * taps + taps)
      let run = pairs.extracting(3 * starts[x]..<3 * (starts[x] + taps))
      var (red, green, blue) = (half, half, half)
      for tap in 0..<taps {
        red &+= run[3 * tap] &* UInt64(weight[tap])
        green &+= run[3 * tap + 1] &* UInt64(weight[tap])
        blue &+= run[3 * tap + 2] &* UInt64(weight[tap])
      }
      rows[3 * x] = Self.sample(red)
      rows[3 * x + 1] = Self.sample(green)
      rows[3 * x + 2] = Self.sample(blue)
      rows[second + 3 * x] = Self.sample(red &>> 32)
      rows[second + 3 * x + 1] = Self.sample(green &>> 32)
      rows[second + 3 * x + 2] = Self.sample(blue &>> 32)
    }
  }

  /// One row of the result as a weighted sum of whole rows.
  func combine(
    _ rows: Span<UInt8>, rowsOf width: Int, for output: Int, sums: inout MutableSpan<UInt32>,
    to result: inout MutableSpan<UInt8>
  ) {
    var sum = sums._mutatingExtracting(0..<width)
    for i in 0..<width { sum[i] = Self.half }
    for tap in 0..<taps where weights[output * taps + tap] != 0 {
      let row = rows.extracting((starts[output] + tap) * width..<(starts[output] + tap + 1) * width)
      let weight = weights[output * taps + tap]
      for i in 0..<width { sum[i] &+= UInt32(row[i]) &* weight }
    }
    for i in 0..<width { result[i] = UInt8(clamping: sum[i] &>> Self.precision) }
  }

  /// The sample in the low half of a sum.
  @inline(__always)
  private static func sample(_ sum: UInt64) -> UInt8 {
    UInt8(clamping: UInt32(truncatingIfNeeded: sum) &>> precision)
  }
}
