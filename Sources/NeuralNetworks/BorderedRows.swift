import CSiamKernels
import SiamTensors

/// Images that are copied row by row; the copy applies what is pending.
protocol ImageSource: Sendable {
  /// H of (N, H, W, C).
  var height: Int { get }
  /// W.
  var width: Int { get }
  /// C.
  var channels: Int { get }

  /// Writes rows of image `image`, `step` floats apart.
  func place(_ rows: Range<Int>, of image: Int, to start: UnsafeMutablePointer<Float>, step: Int)
}

/// What lies around an image where a kernel reaches past its edges.
package enum Border: Sendable {
  /// Zeros. Images are small and many: the threads take whole ones.
  case zeros
  /// Zeros, of an odd number one more behind the image than before it, as TensorFlow's "SAME" has them.
  case zerosBehind
  /// The image's reflection in the middle of its outermost pixels. Images are large and few: the threads take bands.
  case reflection

  /// Pixels before a side of `size`, for a kernel of that side and a stride.
  func before(_ size: Int, kernel: Int, stride: Int) -> Int {
    guard self == .zerosBehind else { return kernel / 2 }
    return max(0, (size - 1) / stride * stride + kernel - size) / 2
  }
}

/// Room for some rows of an image with its border, from which patches and tiles are read.
@safe struct BorderedRows {
  /// Floats from one row to the next.
  let step: Int
  private let left, reflection, channels, width: Int
  private let room: Buffer
  /// The rows of the room that hold something else than zeros.
  private var filled: Range<Int>

  /// - Parameters:
  ///   - left: pixels before an image's first column.
  ///   - reflection: how many of the pixels around an image are its reflection; all others are zeros.
  init(
    rows: Int, columns: Int, left: Int, reflection: Int = 0, of source: some ImageSource
  ) {
    (self.left, self.reflection) = (left, reflection)
    (channels, width) = (source.channels, source.width)
    step = columns * channels
    room = Buffer(count: rows * step)
    filled = 0..<rows
    let behind = left + width + reflection
    for row in 0..<rows {
      unsafe (room.base + row * step).update(repeating: 0, count: (left - reflection) * channels)
      unsafe (room.base + row * step + behind * channels).update(
        repeating: 0, count: step - behind * channels)
    }
  }

  /// The first pixel of a row of the room, border included.
  func row(_ index: Int) -> UnsafePointer<Float> { unsafe UnsafePointer(room.base + index * step) }

  /// Copies rows of image `image`, some of which may lie outside it.
  mutating func fill(_ rows: Range<Int>, of image: Int, from source: some ImageSource) {
    let there = rows.clamped(to: -reflection..<source.height + reflection)
    let inside = there.lowerBound - rows.lowerBound..<there.upperBound - rows.lowerBound
    for row in filled where !inside.contains(row) {
      unsafe (room.base + row * step + (left - reflection) * channels).update(
        repeating: 0, count: (width + 2 * reflection) * channels)
    }
    filled = inside
    let start = unsafe room.base + inside.lowerBound * step + left * channels
    let own = there.clamped(to: 0..<source.height)
    unsafe source.place(own, of: image, to: start + (own.lowerBound - there.lowerBound) * step, step: step)
    if reflection == 0 { return }
    for row in there {
      let to = unsafe start + (row - there.lowerBound) * step
      if !own.contains(row) {
        let from = reflected(row, in: source.height)
        unsafe source.place(from..<from + 1, of: image, to: to, step: step)
      }
      unsafe reflect(to)
    }
  }

  /// Fills the border on both sides of a row.
  private func reflect(_ row: UnsafeMutablePointer<Float>) {
    for distance in 0..<reflection {
      let behind = width + distance
      unsafe (row - (distance + 1) * channels).update(from: row + (distance + 1) * channels, count: channels)
      unsafe (row + behind * channels).update(
        from: row + reflected(behind, in: width) * channels, count: channels)
    }
  }
}

/// The index in 0..<count that an index outside is the reflection of: −1 of 1, count of count − 2.
private func reflected(_ index: Int, in count: Int) -> Int {
  index < 0 ? -index : index >= count ? 2 * (count - 1) - index : index
}
