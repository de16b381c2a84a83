import CSiamKernels

/// How far large images are reduced when they are decoded, since views show far fewer pixels than cameras take.
///
/// The sides are divided by the largest power of two that leaves enough pixels. JPEG is reduced in its inverse transform, up
/// to a factor of 8; the rest, and PNG, by averaging square cells. The factor depends on the size of the image alone, so that
/// a run sees the same pixels whatever fits into memory.
package struct Reduction: Sendable, Equatable {
  /// What an image keeps at least: pixels in total, and pixels of its shorter side.
  package let pixels, side: Int

  /// A reduction that keeps at least so many pixels.
  ///
  /// - Precondition: both are at least 1.
  package init(pixels: Int, side: Int) {
    precondition(pixels >= 1 && side >= 1, "images reduced to \(pixels) pixels, \(side) a side")
    (self.pixels, self.side) = (pixels, side)
  }

  /// The divisor of the sides of an image of `width` x `height` pixels: 1, 2, 4, ...
  package func divisor(_ width: Int, _ height: Int) -> Int {
    var divisor = 1
    while true {
      let (across, down) = (width / (2 * divisor), height / (2 * divisor))
      if min(across, down) < side || across * down < pixels { return divisor }
      divisor *= 2
    }
  }
}

extension Image {
  /// The image with each cell of `side` x `side` pixels replaced by its mean; cells at the right and lower border may be
  /// smaller.
  ///
  /// - Precondition: `side` is at least 1.
  func reduced(by side: Int) -> Image {
    precondition(side >= 1, "cells of \(side) pixels")
    if side == 1 { return self }
    let (across, down) = ((width - 1) / side + 1, (height - 1) / side + 1)
    var sums = [UInt32](repeating: 0, count: 3 * across)
    let cells = unsafe [UInt8](unsafeUninitializedCapacity: 3 * across * down) { cells, count in
      guard let to = cells.baseAddress else { return }
      unsafe ck_kernels().pointee.average_cells(pixels, height, width, side, &sums, to)
      count = 3 * across * down
    }
    return Image(width: across, height: down, pixels: cells)
  }
}
