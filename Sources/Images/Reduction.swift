import CSiamKernels

/// How much smaller large pictures become as they are decoded, once and for all: views show far fewer pixels than a
/// camera makes.
///
/// A picture's sides are divided by a power of two, the largest that leaves enough pixels. JPEG comes smaller out of its
/// transform; what that cannot do, and PNG, becomes means of square cells. It depends on the picture's size alone, so
/// that the same pictures are seen whatever fits into the memory.
package struct Reduction: Sendable, Equatable {
  /// What a picture keeps at least: pixels in all, and of its shorter side.
  package let pixels, side: Int

  /// - Precondition: both are at least 1.
  package init(pixels: Int, side: Int) {
    precondition(pixels >= 1 && side >= 1, "pictures reduced to \(pixels) pixels, \(side) a side")
    (self.pixels, self.side) = (pixels, side)
  }

  /// What the sides of a picture are divided by: 1, 2, 4, ...
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
  /// The picture with square cells of `side` x `side` pixels replaced by their means; at the right and lower border they
  /// may be cut off.
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
