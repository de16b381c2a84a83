import CSiamKernels
import SiamNeuralNetworks
import SiamTensors

/// A convolution over a picture that reflects at its edges, in bands of rows that go to all threads.
///
/// Shapes: x (H, W, inputs), weights (kernel · kernel · inputs, outputs), y (⌈H / stride⌉, ⌈W / stride⌉, outputs), with an
/// odd kernel and kernel / 2 pixels of border.
struct ReflectedConvolution: Sendable {
  /// Its places and its geometry; no zeros are padded, the border is part of the picture.
  let geometry: Convolution
  /// The channels that count, of those that are stored.
  let inputs, outputs: Int
  let border: Int

  init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, named name: String,
    in layout: inout ParameterLayout
  ) {
    (self.inputs, self.outputs, border) = (inputs, outputs, kernel / 2)
    geometry = Convolution(
      stored(inputs), stored(outputs), kernel: kernel, stride: stride, padding: 0,
      fanIn: kernel * kernel * inputs, named: name, in: &layout)
  }

  func outputSize(_ size: Int) -> Int { geometry.outputSize(size + 2 * border) }

  /// y, and its moments where they are wanted.
  func forward(
    _ x: Signal, _ parameters: Parameters, bias: Range<Int>? = nil, measures: Bool = true
  ) -> (y: Map, moments: BandMoments?) {
    precondition(
      x.raw.channels == geometry.inputs, "\(x.raw.channels) channels, expected \(geometry.inputs)")
    precondition(
      min(x.raw.height, x.raw.width) > border,
      "\(x.raw.height)x\(x.raw.width) pixels do not reach a border of \(border)")
    let y = Map(
      height: outputSize(x.raw.height), width: outputSize(x.raw.width), channels: geometry.outputs)
    if let tiles = Tiles(self, y) {
      return (y, tiles.forward(x, to: y, parameters, measures: measures))
    }
    return (y, directForward(x, to: y, parameters, bias, measures: measures))
  }

  /// Writes the gradient of the weights, and returns that of x where it `propagates`, with its border folded.
  func backward(
    _ x: Signal, _ dy: RawGradient, propagates: Bool, _ parameters: inout Parameters
  ) -> Map? {
    let dx =
      propagates
      ? Map(height: x.raw.height, width: x.raw.width, channels: geometry.inputs, border: border) : nil
    if let tiles = Tiles(self, dy.behind) {
      tiles.backward(x, dy, to: dx, &parameters)
    } else {
      directBackward(x, dy, to: dx, &parameters)
    }
    dx?.foldBorder()
    return dx
  }

  /// Makes zero the weights of channels that do not count.
  func clearPadding(_ parameters: inout Parameters) {
    let (allInputs, allOutputs, count) = (geometry.inputs, geometry.outputs, geometry.weight.count)
    let (start, inputs, outputs) = (geometry.weight.lowerBound, inputs, outputs)
    parameters.values.withMutableSpan { values in
      for index in 0..<count
      where index % allOutputs >= outputs || index / allOutputs % allInputs >= inputs {
        values[start + index] = 0
      }
    }
  }
}

/// The direct way: products of the weights with patches, read where they lie in a copy of the band with its border.
extension ReflectedConvolution {
  private func bands(_ y: Map, _ x: Map) -> Bands {
    Bands(height: y.height, each: max(1, 131_072 / (geometry.stride * (x.width + 2 * border) * x.channels)))
  }

  /// The rows of x, border included, that rows of y see.
  private func seen(_ rows: Range<Int>) -> Range<Int> {
    let stride = geometry.stride
    return rows.lowerBound * stride - border..<(rows.upperBound - 1) * stride + geometry.kernel - border
  }

  private func patches(_ room: Buffer, rows: Int, columns: Int, step: Int) -> ck_patches {
    let (stride, inputs) = (geometry.stride, geometry.inputs)
    return unsafe ck_patches(
      input: room.base, rows: rows, columns: columns, row_step: stride * step, pixel_step: stride * inputs,
      runs: geometry.kernel, length: geometry.kernel * inputs, run_step: step)
  }

  private func directForward(
    _ x: Signal, to y: Map, _ parameters: Parameters, _ bias: Range<Int>?, measures: Bool
  ) -> BandMoments? {
    let weights = geometry.packed(parameters)
    let bands = bands(y, x.raw)
    let moments = measures ? BandMoments(bands, of: y) : nil
    let step = (x.raw.width + 2 * border) * geometry.inputs
    let (values, outputs) = (parameters.values.buffer, geometry.outputs)
    parallelFor(bands.count) { band in
      let rows = bands[band]
      let seen = seen(rows)
      let room = Buffer(count: seen.count * step)
      unsafe x.place(seen, border: border, to: room.base, step: step)
      var patches = unsafe patches(room, rows: rows.count, columns: y.width, step: step)
      unsafe ck_multiply(
        &patches, weights.panels.base, outputs, bias.map { unsafe values.base + $0.lowerBound },
        y.row(rows.lowerBound), y.step, outputs)
      moments?.measure(band, of: y)
    }
    return moments
  }

  private func directBackward(
    _ x: Signal, _ dy: RawGradient, to dx: Map?, _ parameters: inout Parameters
  ) {
    let y = dy.behind
    let back = TransposedConvolution(geometry, parameters)
    let bands = bands(y, x.raw)
    let sums = PartialSums(count: geometry.weight.count, bands: bands.count)
    let (bordered, inputs, outputs) = (x.raw.width + 2 * border, geometry.inputs, geometry.outputs)
    let step = bordered * inputs
    let dyStep = back.borderedSize(bordered) * outputs
    let stride = geometry.stride
    parallelFor(sums.parts) { part in
      let gradient = unsafe sums.clear(part)
      for band in bands.slice(part, of: sums.parts) {
        let rows = bands[band]
        let seen = seen(rows)
        // The rows of dx, border included, that the band's rows of dy and those before them make.
        let top = rows.lowerBound * stride
        let bottom =
          band == bands.count - 1 ? x.raw.height + 2 * border : rows.upperBound * stride
        let first = rows.lowerBound - back.before
        let taken = first..<first + max(back.borderedSize(bottom - top), rows.count + back.before)
        let room = Buffer(count: seen.count * step)
        let above = Buffer(count: taken.count * dyStep)
        unsafe x.place(seen, border: border, to: room.base, step: step)
        unsafe dy.place(taken, before: back.before, to: above.base, step: dyStep)
        var patches = unsafe patches(room, rows: rows.count, columns: y.width, step: step)
        unsafe ck_accumulate_outer(
          &patches, 0, geometry.depth, above.base + back.before * (dyStep + outputs), dyStep, outputs,
          gradient)
        if let dx {
          unsafe back.apply(
            above.base, height: bottom - top, width: bordered, to: dx.values.base + top * dx.step)
        }
      }
    }
    sums.write(to: geometry.weight, &parameters)
  }
}

/// Gradients of weights, summed over parts of the bands, whose number the shapes alone decide.
@safe struct PartialSums: Sendable {
  let parts, count: Int
  private let values: Buffer

  init(count: Int, bands: Int) {
    parts = min(bands, count > 400_000 ? 4 : 8)
    self.count = count
    values = Buffer(count: parts * count)
  }

  func part(_ index: Int) -> UnsafeMutablePointer<Float> { unsafe values.base + index * count }

  /// One part, all zero.
  func clear(_ index: Int) -> UnsafeMutablePointer<Float> {
    unsafe part(index).update(repeating: 0, count: count)
    return unsafe part(index)
  }

  /// Adds up all parts, in their order, for the stretch from `at` on, into the first.
  func total(from at: Int, count: Int) -> UnsafeMutablePointer<Float> {
    for index in 1..<max(1, parts) { unsafe ck_add(part(index) + at, count, part(0) + at) }
    return unsafe part(0) + at
  }

  /// Writes the sums as a parameter's gradient.
  func write(to range: Range<Int>, _ parameters: inout Parameters) {
    let gradients = parameters.gradients.unique()
    parallelFor(0..<count, by: 8192) { some in
      let sums = unsafe total(from: some.lowerBound, count: some.count)
      unsafe (gradients.base + range.lowerBound + some.lowerBound).update(from: sums, count: some.count)
    }
  }
}
