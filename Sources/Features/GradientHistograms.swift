import Glibc
package import SiamTensors

/// Histograms of oriented gradients: how strong the gradients of each orientation are in each cell of an image, by blocks of
/// cells that are each normalised for contrast.
///
/// A pixel's gradient is that of the channel where it is strongest, by central differences. It votes with its magnitude for
/// one of nine unsigned orientations in its cell. A block of 2x2 cells is divided by its length, clipped at 0.2 and divided
/// again (L2-Hys); neighbouring blocks overlap by a cell.
///
/// Source: Dalal, Triggs 2005, "Histograms of oriented gradients for human detection"; in detail scikit-image's `hog`,
/// where votes are not shared between neighbouring cells or orientations.
package struct GradientHistograms: Sendable {
  /// The sides of images and of cells in pixels.
  package let side, cell: Int

  private static let orientations = 9
  /// Cells along a side of a block.
  private static let block = 2
  private static let (clip, epsilon): (Float, Float) = (0.2, 1e-5)
  /// The unit vectors at the lower ends of the orientations but the first: 20°, 40°, … 160°.
  private static let ends: [(x: Float, y: Float)] = (1..<orientations).map { index in
    let angle = Double(index) * Double.pi / Double(orientations)
    return (Float(cos(angle)), Float(sin(angle)))
  }

  /// - Precondition: the image has whole cells, at least two along a side.
  package init(side: Int, cell: Int) {
    precondition(side % cell == 0 && side >= Self.block * cell, "cells of \(cell) in images of \(side)")
    (self.side, self.cell) = (side, cell)
  }

  private var cells: Int { side / cell }
  private var blocks: Int { cells - Self.block + 1 }

  /// The length of a vector.
  package var dimension: Int { blocks * blocks * Self.block * Self.block * Self.orientations }

  /// Shapes: images (N, side, side, 3) to (N, dimension).
  package func callAsFunction(_ images: Tensor) -> Tensor {
    precondition(
      images.shape.dropFirst() == [side, side, 3], "images \(images.shape), expected side \(side)")
    let (count, each) = (images.shape[0], side * side * 3)
    let values = images.values
    let vectors = parallelMap(count) { index in
      normalized(histograms(values.span.extracting(index * each..<(index + 1) * each)))
    }
    return Tensor([count, dimension], vectors.flatMap(\.self))
  }

  /// The mean magnitude by cell and orientation: (cells, cells, orientations).
  private func histograms(_ image: Span<Float>) -> [Float] {
    var result = [Float](repeating: 0, count: cells * cells * Self.orientations)
    let (ends, share) = (Self.ends, 1 / Float(cell * cell))
    let width = side * 3
    for y in 0..<side {
      // At the border there is no difference to take.
      let (above, below) = y == 0 || y == side - 1 ? (y, y) : (y - 1, y + 1)
      let row = image.extracting(y * width..<(y + 1) * width)
      let rowAbove = image.extracting(above * width..<(above + 1) * width)
      let rowBelow = image.extracting(below * width..<(below + 1) * width)
      for x in 0..<side {
        let (left, right) = x == 0 || x == side - 1 ? (x, x) : (x - 1, x + 1)
        var (dx, dy, square): (Float, Float, Float) = (0, 0, 0)
        for channel in 0..<3 {
          let across = row[3 * right + channel] - row[3 * left + channel]
          let down = rowBelow[3 * x + channel] - rowAbove[3 * x + channel]
          let strength = across * across + down * down
          if strength > square { (dx, dy, square) = (across, down, strength) }
        }
        guard square > 0 else { continue }
        if dy < 0 || (dy == 0 && dx < 0) { (dx, dy) = (-dx, -dy) }
        var orientation = 0
        for end in ends where dy * end.x - dx * end.y >= 0 { orientation += 1 }
        let place = (y / cell * cells + x / cell) * Self.orientations + orientation
        result[place] += square.squareRoot() * share
      }
    }
    return result
  }

  /// The blocks row by row, each normalised: (blocks, blocks, 2, 2, orientations).
  private func normalized(_ histograms: [Float]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(dimension)
    let run = Self.block * Self.orientations
    for y in 0..<blocks {
      for x in 0..<blocks {
        var block: [Float] = []
        for row in y..<y + Self.block {
          let start = (row * cells + x) * Self.orientations
          block += histograms[start..<start + run]
        }
        let once = Self.scale(block)
        let clipped = block.map { min($0 * once, Self.clip) }
        let twice = Self.scale(clipped)
        result += clipped.map { $0 * twice }
      }
    }
    return result
  }

  private static func scale(_ block: [Float]) -> Float {
    1 / (block.reduce(epsilon * epsilon) { $0 + $1 * $1 }).squareRoot()
  }
}
