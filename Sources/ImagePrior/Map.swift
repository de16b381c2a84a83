import CSiamKernels
import SiamTensors

/// One picture of channels: rows from the top, pixels of `channels` floats, perhaps with a border of pixels around it.
///
/// Channels are stored in multiples of 16; those past the ones that count are zero and stay zero.
@safe struct Map: Sendable {
  let height, width, channels, border: Int
  let values: Buffer

  /// Room for a map of any values.
  init(height: Int, width: Int, channels: Int, border: Int = 0) {
    precondition(channels % Int(CK_PANEL) == 0, "\(channels) channels are no multiple of \(CK_PANEL)")
    (self.height, self.width, self.channels, self.border) = (height, width, channels, border)
    values = Buffer(count: (height + 2 * border) * (width + 2 * border) * channels)
  }

  /// Floats from one row to the next.
  var step: Int { (width + 2 * border) * channels }

  /// The first pixel of a row; rows −border ..< height + border are there.
  func row(_ y: Int) -> UnsafeMutablePointer<Float> {
    unsafe values.base + (y + border) * step + border * channels
  }

  /// The way back through a border that reflects: what lies in it is added where it came from.
  ///
  /// - Precondition: a border of one pixel or none.
  func foldBorder() {
    guard border > 0 else { return }
    precondition(border == 1 && height > 1 && width > 1, "a border of \(border) around \(height)x\(width)")
    for (from, to) in [(-1, 1), (height, height - 2)] {
      unsafe ck_add(row(from) - channels, step, row(to) - channels)
    }
    for y in 0..<height {
      let row = unsafe row(y)
      unsafe ck_add(row - channels, channels, row + channels)
      unsafe ck_add(row + width * channels, channels, row + (width - 2) * channels)
    }
  }
}

/// The multiple of 16 that so many channels are stored as.
func stored(_ channels: Int) -> Int { (channels + 15) / 16 * 16 }

/// Rows that go together: the unit of parallel work, a function of the shapes alone.
struct Bands: Sendable {
  let height, each: Int

  /// - Parameters:
  ///   - each: rows that would suit the cache.
  ///   - multiple: what their number must be a multiple of; the last band may have fewer.
  init(height: Int, each: Int, multiple: Int = 1) {
    self.height = height
    // At least four bands, where there are rows for them: for that many threads, and more for larger pictures.
    let wanted = max(1, min(each, (height + 3) / 4))
    self.each = (wanted + multiple - 1) / multiple * multiple
  }

  /// Bands of a map with so many floats in a row.
  init(of map: Map) { self.init(height: map.height, each: max(1, 65_536 / map.step)) }

  var count: Int { (height + each - 1) / each }
  subscript(index: Int) -> Range<Int> { index * each..<min(height, (index + 1) * each) }

  /// Consecutive bands whose sums are taken one after the other, in `count` parts of nearly equal length.
  func slice(_ index: Int, of count: Int) -> Range<Int> {
    index * self.count / count..<(index + 1) * self.count / count
  }
}

/// to += from, row by row; their borders may differ.
func add(_ from: Map, to: Map) {
  let bands = Bands(of: to)
  parallelFor(bands.count) { band in
    for y in bands[band] { unsafe ck_add(from.row(y), to.width * to.channels, to.row(y)) }
  }
}
