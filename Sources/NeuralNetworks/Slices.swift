import SiamTensors

/// Consecutive parts of a batch, the unit of parallel work.
///
/// Their number is a function of the shapes alone, so sums over them do not depend on the threads.
package struct Slices: Sendable {
  /// How many parts there are.
  package let count: Int
  private let items: Int

  /// - Parameter weights: floats in the gradient that each part sums on its own; large ones get fewer parts.
  package init(batch: Int, weights: Int = 0) {
    items = batch
    count = min(batch, weights > 400_000 ? 4 : weights > 50_000 ? 8 : 16)
  }

  /// For a forward pass: images share parts, bands do not. An evaluation sums nothing over images, and its parts are
  /// large enough for each to fill the products of the smallest maps.
  init(forward regions: Regions, evaluates: Bool) {
    items = regions.count
    count = regions.areBands ? items : evaluates ? (items + 31) / 32 : min(items, 16)
  }

  /// For a backward pass, whose parts each sum a gradient of so many floats.
  init(summing regions: Regions, weights: Int) {
    self.init(batch: regions.count, weights: regions.areBands ? max(weights, 50_001) : weights)
  }

  /// The items of one part.
  package subscript(index: Int) -> Range<Int> { index * items / count..<(index + 1) * items / count }
}

/// Calls `body` with every image of a batch, part by part over the threads.
func forEachImage(of batch: Int, _ body: @Sendable (_ image: Int) -> Void) {
  let slices = Slices(batch: batch)
  parallelSweep(slices.count) { slice in for image in slices[slice] { body(image) } }
}
