import CSiamKernels

/// The weights that resample one axis from `inputs` to `outputs` samples, or to a window of those.
struct ResamplingFilter {
  /// Fraction bits of a weight. With samples of 8 bits a sum stays within 31 bits, since the weights sum to 1 but for
  /// rounding, and their magnitudes to less than 2.
  static let precision: UInt32 = 22

  /// The input samples that the window needs.
  let inputs: Range<Int>
  /// The first input of each output, counted from the first of `inputs`; shape (outputs).
  let starts: [Int32]
  /// The weights of the inputs from there on, some of them 0; shape (outputs, taps).
  let weights: [Int32]
  /// The number of inputs of an output, the same for all: the processor predicts loops of one length.
  let taps: Int

  /// The filter from `inputs` to `outputs` samples, both at least 1.
  ///
  /// - Parameter window: the outputs that are wanted, not empty; nil for all.
  init(
    from inputs: Int, to outputs: Int, by interpolation: Interpolation = .bilinear,
    showing window: Range<Int>? = nil
  ) {
    let window = window ?? 0..<outputs
    let scale = Double(inputs) / Double(outputs)
    let stretch = max(scale, 1)
    let support = interpolation.reach * stretch
    func reach(_ output: Int) -> (center: Double, inputs: Range<Int>) {
      let center = (Double(output) + 0.5) * scale
      return (center, max(0, Int(center - support + 0.5))..<min(inputs, Int(center + support + 0.5)))
    }
    let taps = window.reduce(0) { max($0, reach($1).inputs.count) }
    let begins = window.map { min(reach($0).inputs.lowerBound, inputs - taps) }
    let first = begins.min() ?? 0
    var weights = [Int32](repeating: 0, count: window.count * taps)
    var values = [Double](repeating: 0, count: taps)
    for (place, output) in window.enumerated() {
      let (center, reached) = reach(output)
      var sum = 0.0
      for tap in 0..<reached.count {
        let distance = (Double(tap + reached.lowerBound) - center + 0.5) * (1 / stretch)
        values[tap] = interpolation.weight(distance)
        sum += values[tap]
      }
      let start = place * taps + reached.lowerBound - begins[place]
      for tap in 0..<reached.count {
        let weight = values[tap] / sum * Double(1 << Self.precision)
        weights[start + tap] = Int32(weight < 0 ? weight - 0.5 : weight + 0.5)
      }
    }
    self.inputs = first..<(begins.max() ?? 0) + taps
    starts = begins.map { Int32($0 - first) }
    (self.weights, self.taps) = (weights, taps)
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
