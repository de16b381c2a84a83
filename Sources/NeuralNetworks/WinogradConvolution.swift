import CSiamKernels
import SiamTensors

/// Some tiles at a time from end to end, so that all that belongs to them stays in the cache.
struct WinogradForward: SlicedForward {
  private let tiles: WinogradTiles
  private let weights: WinogradWeights

  init(_ tiles: WinogradTiles, _ parameters: Parameters) {
    self.tiles = tiles
    weights = WinogradWeights(tiles.convolution, flipped: false, parameters)
  }

  func regions(of x: Activation) -> Regions { tiles.regions(of: x) }

  func run(
    _ part: Range<Int>, of regions: Regions, of x: Activation, to y: UnsafeMutablePointer<Float>,
    finished: (Region) -> Void
  ) {
    let convolution = tiles.convolution
    let (height, width) = (regions.height, convolution.outputSize(x.width))
    var image = TileRows(of: x, tiles)
    let inputs = TransformedTiles(count: tiles.atOnce, channels: convolution.inputs)
    let outputs = TransformedTiles(count: tiles.atOnce, channels: convolution.outputs)
    tiles.forEachGroup(part, of: regions, \.y) { indices, rows in
      let each = rows.count * tiles.columns
      for (offset, index) in indices.enumerated() {
        image.fill(regions[index], from: x, before: rows)
        image.transform(rows, of: regions[index], to: inputs, first: offset * each)
      }
      inputs.multiply(by: weights, count: indices.count * each, to: outputs)
      for (offset, index) in indices.enumerated() {
        let region = regions[index]
        unsafe outputs.output(
          rows, first: offset * each, to: y + region.image * height * width * convolution.outputs,
          height: height, width: width)
        if rows.upperBound == tiles.rows(of: region).y.upperBound { finished(region) }
      }
    }
  }
}

/// The backward pass, some tiles at a time; the gradient of the transformed weights is summed over all of them.
struct WinogradBackward: SlicedBackward {
  private let tiles: WinogradTiles
  private let weights: WinogradWeights?
  private let convolution: Convolution
  /// Whether the parts are added before the transform, as bands are, or after it.
  private let addsTransformed: Bool

  init(_ tiles: WinogradTiles, propagates: Bool, _ parameters: Parameters) {
    (self.tiles, convolution) = (tiles, tiles.convolution)
    addsTransformed = tiles.convolution.border == .reflection
    weights = propagates ? WinogradWeights(tiles.convolution, flipped: true, parameters) : nil
  }

  private var step: Int { WinogradWeights.step(convolution.inputs * convolution.outputs) }

  var sums: Int { addsTransformed ? WinogradWeights.positions * step : convolution.weight.count }

  func regions(of x: Activation) -> Regions { tiles.regions(of: x) }

  func run(
    _ part: Range<Int>, of regions: Regions, of x: Activation, dy: some ImageSource,
    sums: UnsafeMutablePointer<Float>, to dx: UnsafeMutablePointer<Float>?, finished: (Region) -> Void
  ) {
    if addsTransformed {
      unsafe sums.update(repeating: 0, count: WinogradWeights.positions * step)
      return unsafe accumulate(part, of: regions, x, dy, to: sums, dx, finished)
    }
    let transformed = Buffer(zeros: WinogradWeights.positions * step)
    unsafe accumulate(part, of: regions, x, dy, to: transformed.base, dx, finished)
    let count = convolution.inputs * convolution.outputs
    unsafe ck_kernels().pointee.winograd_weights_gradient(transformed.base, step, count, sums, count)
  }

  private func accumulate(
    _ part: Range<Int>, of regions: Regions, _ x: Activation, _ dy: some ImageSource,
    to sums: UnsafeMutablePointer<Float>, _ dx: UnsafeMutablePointer<Float>?, _ finished: (Region) -> Void
  ) {
    let (height, width) = (convolution.extended(x.height), convolution.extended(x.width))
    let work = BackwardTiles(
      count: tiles.atOnce, dxCount: tiles.dxAtOnce, sharing: tiles.goesAlone, convolution)
    var (image, gradient) = (TileRows(of: x, tiles), TileRows(ofGradient: dy, tiles))
    tiles.forEachGroup(part, of: regions, \.dx) { indices, rows in
      // Past the last row of y's tiles there may be one more of dx's.
      let own = rows.clamped(to: tiles.rows(of: regions[indices.lowerBound]).y)
      let (each, dxEach) = (own.count * tiles.columns, rows.count * tiles.dxColumns)
      for (offset, index) in indices.enumerated() {
        let region = regions[index]
        image.fill(region, from: x, before: rows)
        gradient.fill(region, from: dy, before: rows)
        image.transform(own, of: region, to: work.below, first: offset * each)
        gradient.transformGradient(own, of: region, to: work.products, first: offset * each)
        guard weights != nil, !tiles.goesAlone else { continue }
        gradient.transform(rows, of: region, to: work.above, first: offset * dxEach)
      }
      for position in 0..<WinogradWeights.positions where each > 0 {
        unsafe work.below.accumulate(
          position, times: work.products, count: indices.count * each, to: sums + position * step)
      }
      guard let weights, let dx = unsafe dx else { return }
      if tiles.goesAlone {
        gradient.transform(rows, of: regions[indices.lowerBound], to: work.above, first: 0)
      }
      work.above.multiply(by: weights, count: indices.count * dxEach, to: work.below)
      for (offset, index) in indices.enumerated() {
        let region = regions[index]
        unsafe work.below.output(
          rows, first: offset * dxEach, to: dx + region.image * height * width * convolution.inputs,
          height: height, width: width)
        if rows.upperBound == tiles.rows(of: region).dx.upperBound { finished(region) }
      }
    }
  }

  func add(_ partial: Buffer, parts: Int, to weights: UnsafeMutablePointer<Float>) {
    if addsTransformed { return unsafe convolution.add(transformed: partial, parts: parts, to: weights) }
    unsafe addParts(partial, parts: parts, each: sums, to: weights)
  }
}
