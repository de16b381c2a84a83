import CSiamKernels
package import SiamAugmentations
package import SiamImages
package import SiamTensors

/// Makes batches of views: the only place where bytes become floats.
///
/// Shapes: (N, size, size, 3), normalised as the recipe says. Which images are in a batch and what a view shows are
/// functions of (seed, epoch, image, view), never of a thread or of the time.
package struct ViewLoader: Sendable {
  package let store: ImageStore
  package let recipe: Recipe
  package let size, batch: Int
  let seed: UInt64

  /// - Precondition: at least two images; a batch larger than the folder is cut to it.
  package init(_ store: ImageStore, recipe: Recipe, size: Int, batch: Int, seed: UInt64) {
    precondition(store.count >= 2, "\(store.count) pictures make no batch")
    (self.store, self.recipe, self.size, self.seed) = (store, recipe, size, seed)
    self.batch = min(batch, store.count)
  }

  /// Steps per epoch; the images that do not fill a last batch are left out of the epoch.
  package var steps: Int { store.count / batch }

  /// The order of an epoch: every image once (Fisher–Yates).
  package func order(epoch: Int) -> [Int] {
    var order = Array(0..<store.count)
    var generator = CounterGenerator(seed, 0x6F72_6465, UInt64(epoch))
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return order
  }

  /// The views that a method needs of the images of these indices: (N, size, size, 3) each.
  ///
  /// The place of an image that is lost, now or before, is taken by another, see `Substitution`; the batch's `indices` say by
  /// which. Every other image keeps its place and its views.
  /// - Parameter spare: the images to take, in order; asked only if one is lost.
  /// - Throws: `ImageError` and `TooManyBadImages` if too many images are lost.
  package func batch(
    of indices: [Int], epoch: Int, _ request: ViewRequest, spare: () -> [Int] = { [] }
  ) throws -> ViewBatch {
    let (shape, each) = ([indices.count, size, size, 3], size * size * 3)
    let views = (0..<request.views).map { _ in Tensor(uninitialized: shape) }
    let mean = request.averaged > 0 ? Tensor(uninitialized: shape) : nil
    let (buffers, meanBuffer) = (views.map(\.buffer), mean?.buffer)
    var (rows, drawn) = (Array(indices.indices), indices)
    if !store.lostImages.isEmpty { drawn = Substitution(of: indices, in: store, by: spare()).indices }
    while !rows.isEmpty {
      let (filled, asked) = (rows, drawn)
      let failures = profiled("views") { parts in
        parallelMap(filled.count) { place -> ImageError? in
          let (row, index) = (filled[place], asked[filled[place]])
          do throws(ImageError) {
            let image = try parts.timed("decode") { () throws(ImageError) in try store.image(index) }
            func view(_ number: Int) -> Image {
              let name = UInt64(store.entries[index])
              var generator = CounterGenerator(seed, UInt64(epoch), name, UInt64(number))
              return parts.timed("augment") { recipe.view(of: image, size: size, using: &generator) }
            }
            func write(_ image: Image, to buffer: Buffer) {
              parts.timed("to floats") { recipe.normalization.write(image, to: buffer, at: row * each) }
            }
            for (number, buffer) in buffers.enumerated() { write(view(number), to: buffer) }
            if let meanBuffer {
              var sums = [Int32](repeating: 0, count: each)
              for number in buffers.count..<buffers.count + request.averaged { add(view(number), to: &sums) }
              parts.timed("to floats") {
                recipe.normalization.write(sums, of: request.averaged, to: meanBuffer, at: row * each)
              }
            }
            return nil
          } catch { return error }
        }
      }
      guard failures.contains(where: { $0 != nil }) else { break }
      for (row, error) in zip(filled, failures) { if let error { try store.lose(asked[row], error) } }
      try store.requireEnough()
      drawn = Substitution(of: indices, in: store, by: spare()).indices
      for (row, error) in zip(filled, failures) where drawn[row] == asked[row] {
        if let error { throw error }
      }
      rows = drawn.indices.filter { drawn[$0] != asked[$0] }
    }
    return ViewBatch(views: views, mean: mean, indices: drawn)
  }

  /// The images of these indices for evaluation: the central square, resized, with nothing random; or the view given.
  ///
  /// An image that is lost, now or before, has the row of another in its place; see `ImageSubset.present`.
  /// Shapes: (N, size, size, 3).
  /// - Parameter framing: how the square is cut out; nil for the largest.
  /// - Throws: `ImageError` if one is lost and the reading is strict.
  package static func images(
    _ indices: some Collection<Int>, of store: ImageStore, seen view: ImageView? = nil,
    normalization: Normalization, size: Int, framing: Framing? = nil
  ) throws(ImageError) -> Tensor {
    let (indices, each) = (Array(indices), size * size * 3)
    let images = Tensor(uninitialized: [indices.count, size, size, 3])
    let buffer = images.buffer
    @Sendable func write(_ index: Int, at row: Int) throws(ImageError) {
      let square = try store.square(index, seen: view, size: size, framing: framing)
      normalization.write(square, to: buffer, at: row * each)
    }
    let failures = parallelMap(indices.count) { row -> ImageError? in
      do throws(ImageError) {
        try write(indices[row], at: row)
        return nil
      } catch { return error }
    }
    guard let first = failures.firstIndex(where: { $0 != nil }) else { return images }
    for (index, error) in zip(indices, failures) { if let error { try store.lose(index, error) } }
    let whole = failures.indices.first { failures[$0] == nil }
    let black = Image(width: size, height: size, pixels: [UInt8](repeating: 0, count: each))
    for row in first..<indices.count where failures[row] != nil {
      if let whole {
        copy(buffer, from: whole * each, to: row * each, count: each)
      } else {
        normalization.write(black, to: buffer, at: row * each)
      }
    }
    return images
  }
}

private func copy(_ buffer: Buffer, from: Int, to: Int, count: Int) {
  precondition(max(from, to) + count <= buffer.count, "no room for \(count) samples")
  unsafe (buffer.base + to).update(from: buffer.base + from, count: count)
}

/// Sums of samples, of which a view's are the next.
private func add(_ view: Image, to sums: inout [Int32]) {
  let pixels = view.pixels.span
  var sums = sums.mutableSpan
  for index in sums.indices { sums[index] += Int32(pixels[index]) }
}

extension Normalization {
  /// Writes an image's samples as floats.
  package func write(_ image: Image, to buffer: Buffer, at start: Int) {
    let lines = (0..<3).map(line)
    precondition(start + image.pixels.count <= buffer.count, "no room for \(image.pixels.count) samples")
    unsafe ck_kernels().pointee.to_floats(
      image.pixels, image.pixels.count / 3, lines.map(\.scale), lines.map(\.offset), buffer.base + start)
  }

  /// Writes sums of `count` samples as floats of their means.
  fileprivate func write(_ sums: [Int32], of count: Int, to buffer: Buffer, at start: Int) {
    let lines = (0..<3).map(line)
    let sums = sums.span
    precondition(start + sums.count <= buffer.count, "no room for \(sums.count) samples")
    let to = unsafe buffer.base + start
    for index in sums.indices {
      let (scale, offset) = lines[index % 3]
      unsafe to[index] = Float(sums[index]) * (scale / Float(count)) + offset
    }
  }
}
