import CSiamKernels
import SiamTensors

/// Directions as whole numbers of 16 bits: each less a common centre, in steps of its own.
///
/// With u and v of length 1 and a centre m, u · v = u · m + m · (v − m) + (u − m) · (v − m). The first term is the same for
/// every v, and of the others the last alone is rounded, so that vectors that lie close together lose no more of what
/// tells them apart than others do. A step is 1/32767 of a row's distance from the centre: by the Cauchy-Schwarz
/// inequality no sum of products then leaves 32 bits.
@safe struct WholeNumberRows: Sendable {
  /// How many rows lie side by side, pair of columns by pair of columns.
  enum Order {
    /// One, as the left factor of a product.
    case rows
    /// As many as the kernel takes of the right one, filled up with zeros.
    case panels

    fileprivate var width: Int { self == .rows ? 1 : Int(CK_PANEL) }
  }

  /// Columns that are multiplied at once: what a panel takes of the nearest cache, and a block of queries of the next.
  private static let partColumns = 512

  let count, dimension: Int
  /// What a unit of each row is worth, and m · (v − m), both filled up like the rows.
  private(set) var steps, shifts: [Float]
  /// The greatest distance from the centre, and of a row from what it was rounded to.
  private(set) var radius = 0.0
  private(set) var rounding = 0.0
  private let slots: Int
  private let numbers: NumberBuffer<Int16>

  /// - Parameter lengths: those of the rows.
  init(
    _ table: FeatureTable, _ rows: Range<Int>, lengths: ArraySlice<Double>, centre: [Double], _ order: Order
  ) {
    (count, dimension) = (rows.count, table.dimension)
    slots = (count + order.width - 1) / order.width * order.width
    steps = [Float](repeating: 0, count: slots)
    shifts = steps
    numbers = NumberBuffer(zeros: slots * ((dimension + 1) / 2 * 2))
    var offsets = [Double](repeating: 0, count: dimension)
    for (place, row) in rows.enumerated() {
      let vector = table.vectors[row * dimension..<(row + 1) * dimension]
      var (square, shift) = (0.0, 0.0)
      for (column, number) in zip(offsets.indices, vector) {
        let offset = Double(number) / lengths[row] - centre[column]
        offsets[column] = offset
        square += offset * offset
        shift += offset * centre[column]
      }
      let distance = square.squareRoot()
      radius = max(radius, distance)
      shifts[place] = Float(shift)
      // So close to the centre, single precision has no step: all of it is rounded away.
      steps[place] = distance < 1e-30 ? 0 : Float(distance / 32767)
      rounding = max(rounding, steps[place] > 0 ? round(offsets, place, width: order.width) : distance)
    }
  }

  /// Writes a row's numbers, and returns how far they are from it.
  private func round(_ offsets: [Double], _ place: Int, width: Int) -> Double {
    let step = Double(steps[place])
    let inverse = 1 / step
    var square = 0.0
    for part in 0..<parts {
      let columns = part * Self.partColumns..<min((part + 1) * Self.partColumns, dimension)
      let first = columns.lowerBound
      let start = slots * first + 2 * (place / width * width * pairs(part) + place % width)
      for column in columns {
        // The nearest whole number; what is positive is cut off downwards.
        let number = Int(offsets[column] * inverse + 32768.5) - 32768
        let error = offsets[column] - Double(number) * step
        square += error * error
        let at = column - first
        unsafe numbers.base[start + at / 2 * 2 * width + at % 2] = Int16(truncatingIfNeeded: number)
      }
    }
    return square.squareRoot()
  }

  var parts: Int { (dimension + Self.partColumns - 1) / Self.partColumns }
  private func pairs(_ part: Int) -> Int {
    (min(dimension - part * Self.partColumns, Self.partColumns) + 1) / 2
  }

  /// Products with rows in panels: (count, other rows, filled up) whole numbers.
  func multiply(by other: WholeNumberRows, to products: NumberBuffer<Int32>) {
    precondition(products.count >= slots * other.slots && other.dimension == dimension)
    for part in 0..<parts {
      let first = part * Self.partColumns
      unsafe ck_multiply_whole(
        numbers.base + slots * first, count, pairs(part), other.numbers.base + other.slots * first,
        other.slots,
        part > 0, products.base)
    }
  }

  /// How far a similarity without its first term can be off, with all roundings: for rows as queries, of rows with this
  /// `radius` and `rounding`.
  func error(radius: Double, rounding: Double) -> Double {
    let products = self.rounding * (radius + rounding) + self.radius * rounding
    // Single precision, of values of at most 2 · radius · (1 + self.radius): the product's steps, shift and sum, the limit.
    let sums = 5 * Double(Float.ulpOfOne) * radius * (1 + self.radius)
    return products + sums + 1e-15
  }
}
