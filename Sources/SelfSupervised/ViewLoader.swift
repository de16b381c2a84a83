public import Augmentations
public import Images
public import Tensors

/// Makes batches of views: the only place where bytes become floats.
///
/// Shapes: (N, size, size, 3), normalised as the recipe says. Which pictures are in a batch and what a view shows are
/// functions of (seed, epoch, picture, view), never of a thread or of the time.
public struct ViewLoader: Sendable {
  public let store: PictureStore
  public let recipe: Recipe
  public let size, batch: Int
  let seed: UInt64

  /// - Precondition: at least two pictures; a batch larger than the folder is cut to it.
  public init(_ store: PictureStore, recipe: Recipe, size: Int, batch: Int, seed: UInt64) {
    precondition(store.count >= 2, "\(store.count) pictures make no batch")
    (self.store, self.recipe, self.size, self.seed) = (store, recipe, size, seed)
    self.batch = min(batch, store.count)
  }

  /// Steps in an epoch; the pictures that do not fill a last batch wait for another epoch's order.
  public var steps: Int { store.count / batch }

  /// The order of an epoch: every picture once (Fisher–Yates).
  public func order(epoch: Int) -> [Int] {
    var order = Array(0..<store.count)
    var generator = CounterGenerator(seed, 0x6F72_6465, UInt64(epoch))
    for last in stride(from: order.count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(generator.next().multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return order
  }

  /// Both views of some pictures.
  ///
  /// - Throws: `ImageError` if a picture had to be read again and no longer can be.
  public func views(of places: [Int], epoch: Int) throws(ImageError) -> (Tensor, Tensor) {
    let shape = [places.count, size, size, 3]
    let views = (Tensor(uninitialized: shape), Tensor(uninitialized: shape))
    let (buffers, each) = ([views.0.buffer, views.1.buffer], size * size * 3)
    let failures = profiled("views") { parts in
      parallelMap(places.count) { index -> ImageError? in
        do throws(ImageError) {
          let image = try parts.timed("decode") { () throws(ImageError) in try store.picture(places[index]) }
          for (view, buffer) in buffers.enumerated() {
            let name = UInt64(store.entries[places[index]])
            var generator = CounterGenerator(seed, UInt64(epoch), name, UInt64(view))
            let picture = parts.timed("augment") { recipe.view(of: image, size: size, using: &generator) }
            parts.timed("to floats") { recipe.normalization.write(picture, to: buffer, at: index * each) }
          }
          return nil
        } catch { return error }
      }
    }
    if let error = failures.compactMap({ $0 }).first { throw error }
    return views
  }

  /// Some pictures as they are judged: the largest square in the middle, resized, without chance.
  public static func pictures(
    _ places: some Collection<Int>, of store: PictureStore, normalization: Normalization, size: Int
  ) throws(ImageError) -> Tensor {
    let (places, each) = (Array(places), size * size * 3)
    let pictures = Tensor(uninitialized: [places.count, size, size, 3])
    let buffer = pictures.buffer
    let failures = parallelMap(places.count) { index -> ImageError? in
      do throws(ImageError) {
        let image = try store.picture(places[index])
        let square = image.resized(cropping: image.centreSquare, to: size, size)
        normalization.write(square, to: buffer, at: index * each)
        return nil
      } catch { return error }
    }
    if let error = failures.compactMap({ $0 }).first { throw error }
    return pictures
  }
}

extension Normalization {
  /// Writes a picture's samples as floats.
  fileprivate func write(_ image: Image, to buffer: Buffer, at start: Int) {
    let lines = (line(of: 0), line(of: 1), line(of: 2))
    let pixels = image.pixels.span
    precondition(start + pixels.count <= buffer.count, "no room for \(pixels.count) samples")
    let to = unsafe buffer.base + start
    for index in stride(from: 0, to: pixels.count, by: 3) {
      unsafe to[index] = Float(pixels[index]) * lines.0.scale + lines.0.offset
      unsafe to[index + 1] = Float(pixels[index + 1]) * lines.1.scale + lines.1.offset
      unsafe to[index + 2] = Float(pixels[index + 2]) * lines.2.scale + lines.2.offset
    }
  }
}
