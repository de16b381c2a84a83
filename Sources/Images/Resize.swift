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

    let source = pixels.span
    let rowStart = 3 * (box.y * self.width + box.x)
    var narrow: [UInt8]
    if box.width == width {
      narrow = cropped(to: box).pixels
    } else {
      narrow = [UInt8](repeating: 0, count: 3 * width * box.height)
      let filter = TriangleFilter(from: box.width, to: width)
      var rows = narrow.mutableSpan
      for y in 0..<box.height {
        let start = rowStart + 3 * y * self.width
        var row = rows._mutatingExtracting(3 * width * y..<3 * width * (y + 1))
        filter.resample(source.extracting(start..<start + 3 * box.width), to: &row)
      }
    }
    if box.height == height { return Image(width: width, height: height, pixels: narrow) }

    var result = [UInt8](repeating: 0, count: 3 * width * height)
    let filter = TriangleFilter(from: box.height, to: height)
    var sums = [Int32](repeating: 0, count: 3 * width)
    var rows = result.mutableSpan
    var sum = sums.mutableSpan
    for y in 0..<height {
      var row = rows._mutatingExtracting(3 * width * y..<3 * width * (y + 1))
      filter.combine(narrow.span, rowsOf: 3 * width, for: y, sums: &sum, to: &row)
    }
    return Image(width: width, height: height, pixels: result)
  }
}

/// The weights that make one axis of `outputs` samples from `inputs` samples.
struct TriangleFilter {
  /// Bits behind the point: 8 bits of sample and 22 of weight leave room for the sum's sign and one carry.
  static let precision: Int32 = 32 - 8 - 2
  static let half: Int32 = 1 << (precision - 1)

  /// The first input of each output, and how many follow.
  let starts, counts: [Int]
  /// `taps` weights for each output; those past its count are 0.
  let weights: [Int32]
  let taps: Int

  init(from inputs: Int, to outputs: Int) {
    let scale = Double(inputs) / Double(outputs)
    let support = max(scale, 1)
    let taps = Int(support.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: outputs * taps)
    starts.reserveCapacity(outputs)
    counts.reserveCapacity(outputs)
    var triangle = [Double](repeating: 0, count: taps)
    for output in 0..<outputs {
      let center = (Double(output) + 0.5) * scale
      let start = max(0, Int(center - support + 0.5))
      let count = min(inputs, Int(center + support + 0.5)) - start
      var sum = 0.0
      for tap in 0..<count {
        let distance = ((Double(tap + start) - center + 0.5) * (1 / support)).magnitude
        triangle[tap] = max(0, 1 - distance)
        sum += triangle[tap]
      }
      for tap in 0..<count {
        weights[output * taps + tap] = Int32(0.5 + triangle[tap] / sum * Double(1 << Self.precision))
      }
      starts.append(start)
      counts.append(count)
    }
    (self.starts, self.counts, self.weights, self.taps) = (starts, counts, weights, taps)
  }

  /// One row of RGB, resampled across.
  func resample(_ row: Span<UInt8>, to result: inout MutableSpan<UInt8>) {
    let (starts, counts, weights) = (starts.span, counts.span, weights.span)
    for x in 0..<starts.count {
      let weight = weights.extracting(x * taps..<x * taps + counts[x])
      let run = row.extracting(3 * starts[x]..<3 * (starts[x] + weight.count))
      var (red, green, blue) = (Self.half, Self.half, Self.half)
      for tap in 0..<weight.count {
        red &+= Int32(run[3 * tap]) &* weight[tap]
        green &+= Int32(run[3 * tap + 1]) &* weight[tap]
        blue &+= Int32(run[3 * tap + 2]) &* weight[tap]
      }
      result[3 * x] = Self.sample(red)
      result[3 * x + 1] = Self.sample(green)
      result[3 * x + 2] = Self.sample(blue)
    }
  }

  /// One row of the result as a weighted sum of whole rows.
  func combine(
    _ rows: Span<UInt8>, rowsOf width: Int, for output: Int, sums: inout MutableSpan<Int32>,
    to result: inout MutableSpan<UInt8>
  ) {
    var sum = sums._mutatingExtracting(0..<width)
    for i in 0..<width { sum[i] = Self.half }
    for tap in 0..<counts[output] {
      let row = rows.extracting((starts[output] + tap) * width..<(starts[output] + tap + 1) * width)
      let weight = weights[output * taps + tap]
      for i in 0..<width { sum[i] &+= Int32(row[i]) &* weight }
    }
    for i in 0..<width { result[i] = Self.sample(sum[i]) }
  }

  private static func sample(_ sum: Int32) -> UInt8 { UInt8(clamping: sum >> precision) }
}
