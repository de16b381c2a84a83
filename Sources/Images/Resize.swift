import CSiamKernels

extension Image {
  /// The image resized to `width` x `height` pixels.
  ///
  /// - Precondition: `width` and `height` are at least 1.
  package func resized(to width: Int, _ height: Int) -> Image {
    resized(cropping: bounds, to: width, height)
  }

  /// A box of the image resized to `width` x `height` pixels: antialiased bilinear, byte for byte what Pillow's
  /// `crop(box).resize((width, height), BILINEAR)` gives.
  ///
  /// Each axis has a triangle filter as wide as the larger of a source pixel and a result pixel, in 8.22 fixed point: first
  /// along rows, rounded to 8 bits, then along columns. An axis that keeps its size is not filtered.
  ///
  /// Source: Pillow, `src/libImaging/Resample.c`.
  /// - Precondition: `box` is not empty and inside the image; `width` and `height` are at least 1.
  /// - Complexity: O(3 · (box.height · width · taps + width · height · taps)), taps = 2 · max(1, shrinking factor).
  package func resized(cropping box: Rectangle, to width: Int, _ height: Int) -> Image {
    check(box)
    precondition(width > 0 && height > 0, "an image resized to \(width)×\(height)")
    if box.width == width && box.height == height { return cropped(to: box) }

    let narrow = box.width == width ? cropped(to: box).pixels : narrowed(box, to: width)
    if box.height == height { return Image(width: width, height: height, pixels: narrow) }

    let result = unsafe [UInt8](unsafeUninitializedCapacity: 3 * width * height) { result, count in
      unsafe TriangleFilter(from: box.height, to: height).withKernel { filter in
        guard let to = result.baseAddress else { return }
        unsafe ck_kernels().pointee.resample_down(filter, narrow, 3 * width, to)
      }
      count = 3 * width * height
    }
    return Image(width: width, height: height, pixels: result)
  }

  /// The rows of a box resampled to another width.
  private func narrowed(_ box: Rectangle, to width: Int) -> [UInt8] {
    var scratch = unsafe [UInt8](unsafeUninitializedCapacity: ck_resample_scratch(box.width, width)) {
      $1 = $0.count
    }
    return unsafe [UInt8](unsafeUninitializedCapacity: 3 * width * box.height) { result, count in
      unsafe TriangleFilter(from: box.width, to: width).withKernel { filter in
        unsafe pixels.withUnsafeBufferPointer { from in
          guard let to = result.baseAddress, let from = from.baseAddress else { return }
          unsafe ck_kernels().pointee.resample_across(
            filter, from + 3 * (box.y * self.width + box.x), 3 * self.width, box.height, box.width, &scratch,
            to)
        }
      }
      count = 3 * width * box.height
    }
  }
}

/// The weights that resample one axis from `inputs` to `outputs` samples.
struct TriangleFilter {
  /// Fraction bits of a weight. With samples of 8 bits a sum stays below 2³¹, since the weights sum to 1 but for rounding.
  static let precision: UInt32 = 22

  /// The index of the first input of each output; shape (outputs).
  let starts: [Int32]
  /// The weights of the inputs from there on, some of them 0; shape (outputs, taps).
  let weights: [UInt32]
  /// The number of inputs of an output, the same for all: the processor predicts loops of one length.
  let taps: Int

  /// The filter from `inputs` to `outputs` samples, both at least 1.
  init(from inputs: Int, to outputs: Int) {
    let scale = Double(inputs) / Double(outputs)
    let support = max(scale, 1)
    func reach(_ output: Int) -> (center: Double, inputs: Range<Int>) {
      let center = (Double(output) + 0.5) * scale
      return (center, max(0, Int(center - support + 0.5))..<min(inputs, Int(center + support + 0.5)))
    }
    let taps = (0..<outputs).reduce(0) { max($0, reach($1).inputs.count) }
    var starts = [Int32](repeating: 0, count: outputs)
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
      let start = min(reached.lowerBound, inputs - taps)
      starts[output] = Int32(start)
      let first = output * taps + reached.lowerBound - start
      for tap in 0..<reached.count {
        weights[first + tap] = UInt32(0.5 + triangle[tap] / sum * Double(1 << Self.precision))
      }
    }
    (self.starts, self.weights, self.taps) = (starts, weights, taps)
  }

  /// Calls `body` with the filter in the form that the kernels take, valid during the call.
  func withKernel(_ body: (UnsafePointer<ck_filter>) -> Void) {
    unsafe starts.withUnsafeBufferPointer { starts in
      unsafe weights.withUnsafeBufferPointer { weights in
        guard let starts = starts.baseAddress, let weights = weights.baseAddress else { return }
        var filter = unsafe ck_filter(
          starts: starts, weights: weights, taps: taps, outputs: self.starts.count)
        unsafe body(&filter)
      }
    }
  }
}
