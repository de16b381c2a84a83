import SiamAugmentations
package import SiamDatasets
import SiamFeatures
import SiamImages
import SiamTensors

/// What stands in the way of a patch encoder.
package enum PatchFitError: Error, Equatable, CustomStringConvertible {
  /// All images are of one colour, or too few differ.
  case flat

  package var description: String {
    "the images hold no patches that differ; a patch encoder needs some structure to learn from"
  }
}

extension PatchEncoder {
  /// Fits a patch encoder to some images.
  ///
  /// Passes over at most `configuration.images` of them: for each size one for patches, which give whitening and
  /// dictionary, and one for codes, which give the projection; at last one for the principal components of the cells.
  /// - Parameter progress: called with the images done and those to do, over all passes; may throw to stop.
  /// - Throws: `ImageError` if an image can no longer be read, `PatchFitError`.
  package init(
    fitting configuration: PatchConfiguration, to images: ImageSubset,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) throws {
    var generator = CounterGenerator(configuration.seed, 0x7061_7463)
    let some = chosen(min(configuration.images, images.count), of: images.count, using: &generator)
    let sample = ImageSubset(images.store, some.map { images.indices[$0] })
    var done = 0
    let total = (2 * configuration.scales + 1) * sample.count
    func pass(_ sizes: [Int], _ body: ([Tensor]) throws -> Void) throws {
      try Self.forEachBatch(of: sample, sizes: sizes) { batch in
        try progress(done, total)
        try body(batch)
        done += batch[0].shape[0]
      }
    }
    let stages = try configuration.sizes.indices.map { index in
      let stage = configuration.stage(index)
      var patches = PatchSample(stage, images: sample.count)
      try pass([stage.size]) { patches.add($0[0]) }
      guard let coder = patches.coder() else { throw PatchFitError.flat }
      var transform = SparseManifoldTransform(atoms: coder.atoms)
      try pass([stage.size]) { batch in
        transform.add(parallelMap(batch[0].shape[0]) { coder.codes(of: batch[0], $0) })
      }
      guard let embedding = transform.embedding(dimension: stage.dimension, seed: stage.seed)
      else { throw PatchFitError.flat }
      return PatchStage(coder: coder, embedding: embedding)
    }
    let raw = PatchEncoder(configuration, stages: stages, components: nil)
    var moments = FeatureMoments(dimension: raw.dimension)
    try pass(configuration.sizes) { moments.add(raw.cellFeatures(of: $0)) }
    let count = min(configuration.components, raw.dimension, sample.count - 1)
    self.init(configuration, stages: stages, components: PrincipalComponents(count, of: moments))
  }

  /// The features of some images, row by row: (N, dimension).
  ///
  /// - Parameter progress: called with the images done so far; may throw to stop.
  /// - Throws: `ImageError` if an image can no longer be read.
  package func features(
    of images: ImageSubset, progress: (_ done: Int) throws -> Void = { _ in }
  ) throws -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(images.count * dimension)
    try Self.forEachBatch(of: images, sizes: configuration.sizes) { batch in
      rows += features(of: batch).values
      try progress(rows.count / dimension)
    }
    return rows
  }

  /// Calls `body` with the squares in the middle at each size, values from 0 to 1: (N, size, size, 3).
  private static func forEachBatch(
    of images: ImageSubset, sizes: [Int], _ body: ([Tensor]) throws -> Void
  ) throws {
    let (each, unit) = (256, Normalization(mean: [0, 0, 0], deviation: [1, 1, 1]))
    for start in stride(from: 0, to: images.count, by: each) {
      let some = images.indices[start..<min(start + each, images.count)]
      let read = try sizes.map {
        try ViewLoader.images(some, of: images.store, seen: images.view, normalization: unit, size: $0)
      }
      try images.store.requireEnough()
      try body(read)
    }
  }
}

/// Patches drawn from images, and the coder that follows from them.
private struct PatchSample {
  private let configuration: PatchConfiguration
  private let perImage, images: Int
  private var patches: [Float] = []
  private var seen: UInt64 = 0
  /// Patches for the whitening and the dictionary, and for the threshold.
  private static let (total, judges) = (100_000, 1024)
  /// ‖z‖ of a patch that is flat up to rounding.
  private static let flatNorm: Float = 1e-3
  private static let atomsPerImage = 16

  init(_ configuration: PatchConfiguration, images: Int) {
    (self.configuration, self.images) = (configuration, images)
    let grid = configuration.grid * configuration.grid
    perImage = min(grid, (Self.total + images - 1) / max(1, images))
  }

  mutating func add(_ images: Tensor) {
    let (size, grid, side) = (configuration.size, configuration.grid, configuration.patch)
    let values = images.values
    for image in 0..<images.shape[0] {
      var generator = CounterGenerator(configuration.seed, 0x6472_6177, seen)
      seen += 1
      for _ in 0..<perImage {
        let row = Int(generator.next(upperBound: UInt64(grid)))
        let column = Int(generator.next(upperBound: UInt64(grid)))
        for y in 0..<side {
          let start = ((image * size + row + y) * size + column) * 3
          patches += values[start..<start + 3 * side]
        }
      }
    }
  }

  /// Whitening, dictionary and threshold; nil if the patches do not differ.
  func coder() -> PatchCoder? {
    let (length, rank) = (configuration.patchLength, configuration.rank)
    let all = Tensor([patches.count / length, length], patches)
    let whitening = PatchWhitening(all, rank: rank)
    let z = product(all, PackedMatrix(whitening.weights), bias: whitening.bias)
    let values = z.values
    let norms = (0..<z.rows).map { row in
      values[row * rank..<(row + 1) * rank].reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    // Most of an image may be plain background: only patches with something in them say how large a norm is.
    let textured = norms.filter { $0 > Self.flatNorm }.sorted()
    guard textured.count > rank else { return nil }
    let smallest = 0.05 * textured[textured.count / 2]
    // Patches come image by image: the dictionary takes them from all over.
    var generator = CounterGenerator(configuration.seed, 0x6469_6374)
    let order = chosen(z.rows, of: z.rows, using: &generator).filter { norms[$0] > smallest }
    func unit(_ row: Int) -> [Float] { values[row * rank..<(row + 1) * rank].map { $0 / norms[row] } }
    // Few images cannot tell how many atoms vary together; the kernels take atoms 16 at a time.
    let atoms = min(configuration.atoms, Self.atomsPerImage * images, order.count) / 16 * 16
    guard atoms > 0 else { return nil }
    let dictionary = Tensor([atoms, rank], order.prefix(atoms).flatMap(unit))
    let judges = order.suffix(Self.judges)
    let cosines = product(
      Tensor([judges.count, rank], judges.flatMap(unit)), PackedMatrix(transposing: dictionary)
    ).values.sorted(by: >)
    let threshold = cosines[min(cosines.count - 1, Int(configuration.density * Double(cosines.count)))]
    return PatchCoder(
      configuration, whitening, dictionary: dictionary, threshold: threshold, smallestNorm: smallest)
  }
}
