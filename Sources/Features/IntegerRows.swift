import CSiamKernels
import SiamTensors

/// Directions as 16-bit integers: their differences from a common centre, each row in steps of its own.
///
/// With u and v of length 1 and a centre m, u · v = u · m + m · (v − m) + (u − m) · (v − m). The first term is the same for
/// every v, and of the others only the last is rounded, so that vectors close to each other lose no more of their
/// differences than others do. A step is 1/32767 of a row's distance from the centre: by the Cauchy-Schwarz inequality
/// every sum of products then fits in 32 bits.
@safe struct IntegerRows: Sendable {
  /// How many rows are interleaved, by pairs of columns.
  enum Order {
    /// One, for the left factor of a product.
    case rows
    /// As many as the kernel takes of the right factor, padded with rows of zeros.
    case panels

    fileprivate var width: Int { self == .rows ? 1 : Int(CK_PANEL) }
  }

  /// The columns multiplied at once, so that a panel fits in the nearest cache and a block of queries in the next.
  private static let partColumns = 512

  /// The number of rows, N, and their length, D.
  let count, dimension: Int
  /// The size of an integer's unit in each row, and m · (v − m), both padded as the rows are.
  private(set) var steps, shifts: [Float]
  /// The largest distance of a row from the centre, and from its rounded form.
  private(set) var radius = 0.0
  private(set) var rounding = 0.0
  private let slots: Int
  private let numbers: NumberBuffer<Int16>

  /// - Parameter lengths: those of the chosen rows.
  init(
    _ table: FeatureTable, _ rows: Range<Int>, lengths: ArraySlice<Double>, centre: [Double], _ order: Order
  ) {
    (count, dimension) = (rows.count, table.dimension)
    slots = (count + order.width - 1) / order.width * order.width
    steps = [Float](repeating: 0, count: slots)
    shifts = steps
    numbers = NumberBuffer(zeros: slots * ((dimension + 1) / 2 * 2))
    var offsets = [Double](repeating: 0, count: dimension)
    for (index, row) in rows.enumerated() {
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
      shifts[index] = Float(shift)
      // Single precision has no step for rows so close to the centre: they are rounded to it.
      steps[index] = distance < 1e-30 ? 0 : Float(distance / 32767)
      rounding = max(rounding, steps[index] > 0 ? round(offsets, index, width: order.width) : distance)
    }
  }

  /// Writes the integers of a row, and returns their distance from it.
  private func round(_ offsets: [Double], _ index: Int, width: Int) -> Double {
    let step = Double(steps[index])
    let inverse = 1 / step
    var square = 0.0
    for part in 0..<parts {
      let columns = part * Self.partColumns..<min((part + 1) * Self.partColumns, dimension)
      let first = columns.lowerBound
      let start = slots * first + 2 * (index / width * width * pairs(part) + index % width)
      for column in columns {
        // The nearest integer: a positive number is truncated downwards.
        let number = Int(offsets[column] * inverse + 32768.5) - 32768
        let error = offsets[column] - Double(number) * step
        square += error * error
        let at = column - first
        unsafe numbers.base[start + at / 2 * 2 * width + at % 2] = Int16(truncatingIfNeeded: number)
      }
    }
    return square.squareRoot()
  }

  /// The number of column ranges that are multiplied one after the other.
  var parts: Int { (dimension + Self.partColumns - 1) / Self.partColumns }
  private func pairs(_ part: Int) -> Int {
    (min(dimension - part * Self.partColumns, Self.partColumns) + 1) / 2
  }

  /// The products with rows in panels: (count, other rows with their padding) integers.
  func multiply(by other: IntegerRows, to products: NumberBuffer<Int32>) {
    precondition(products.count >= slots * other.slots && other.dimension == dimension)
    for part in 0..<parts {
      let first = part * Self.partColumns
      unsafe ck_kernels().pointee.multiply_integers(
        numbers.base + slots * first, count, pairs(part), other.numbers.base + other.slots * first,
        other.slots,
        part > 0, products.base)
    }
  }

  /// A bound on the error of a similarity without its first term, including all rounding: of these rows as queries, to
  /// rows with that `radius` and `rounding`.
  func error(radius: Double, rounding: Double) -> Double {
    let products = self.rounding * (radius + rounding) + self.radius * rounding
    // Single precision, of values of at most 2 · radius · (1 + self.radius): the product's steps, shift and sum, the limit.
    let sums = 5 * Double(Float.ulpOfOne) * radius * (1 + self.radius)
    return products + sums + 1e-15
  }
}
