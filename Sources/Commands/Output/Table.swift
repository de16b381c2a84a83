/// A table of results: printed as aligned columns, encoded as an array of objects.
struct Table: Equatable {
  struct Column: Equatable {
    /// The column's heading.
    var title: String
    /// The key in the encoded objects.
    var key: String
  }

  enum Cell: Equatable {
    case text(String)
    case count(Int)
    /// Printed with the given number of decimals, encoded in full.
    case number(Double, places: Int)
    /// A value and the ends of its interval, printed as "82.6 [80.1, 84.9]".
    case interval(Double, low: Double, high: Double, places: Int)
    case missing
  }

  let columns: [Column]
  private(set) var rows: [[Cell]] = []

  /// - Precondition: no two columns have the same key.
  init(_ columns: [Column]) {
    precondition(Set(columns.map(\.key)).count == columns.count, "two columns have the same key")
    self.columns = columns
  }

  /// - Precondition: one cell for each column.
  mutating func append(_ row: [Cell]) {
    precondition(row.count == columns.count, "\(row.count) cells for \(columns.count) columns")
    rows.append(row)
  }

  /// The titles and then the rows, without line ends: columns two spaces apart, numbers to the right.
  var lines: [String] { lines(within: .max) }

  /// The same in a width: columns that do not fit follow below, each group behind the first column once more.
  func lines(within width: Int) -> [String] {
    let texts = rows.map { $0.map(\.text) }
    let isOnTheRight = columns.indices.map { column in rows.contains { $0[column].isNumber } }
    let widths = columns.indices.map { column in
      texts.reduce(SiamCommands.columns(columns[column].title)) { max($0, SiamCommands.columns($1[column])) }
    }
    let groups = Self.groups(widths, within: width)
    let parts = groups.map { group in
      ([columns.map(\.title)] + texts).map { row in
        let cells = group.map { padded(row[$0], to: widths[$0], onTheLeft: isOnTheRight[$0]) }
        let line = cells.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
      }
    }
    return Array(parts.joined(separator: [""]))
  }

  /// The columns that stand side by side; each group has one beside the first at least.
  private static func groups(_ widths: [Int], within width: Int) -> [[Int]] {
    guard var used = widths.first else { return [] }
    var groups = [[0]]
    for column in widths.indices.dropFirst() {
      used += 2 + widths[column]
      if used > width, groups[groups.count - 1].count > 1 {
        groups.append([0])
        used = widths[0] + 2 + widths[column]
      }
      groups[groups.count - 1].append(column)
    }
    return groups
  }
}

extension Table.Cell {
  /// The printed text.
  var text: String {
    switch self {
    case .text(let text): text
    case .count(let number): "\(number)"
    case .number(let value, let places): fixed(value, places)
    case .interval(let value, let low, let high, let places):
      "\(fixed(value, places)) [\(fixed(low, places)), \(fixed(high, places))]"
    case .missing: "–"
    }
  }

  var isNumber: Bool {
    switch self {
    case .count, .number, .interval: true
    case .text, .missing: false
    }
  }
}

extension Table: Encodable {
  /// A column's key, or a part of an interval.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct Row: Encodable {
    let columns: [Column]
    let cells: [Cell]

    func encode(to encoder: any Encoder) throws {
      var row = encoder.container(keyedBy: Key.self)
      for (column, cell) in zip(columns, cells) {
        let key = Key(stringValue: column.key)
        switch cell {
        case .text(let text): try row.encode(text, forKey: key)
        case .count(let number): try row.encode(number, forKey: key)
        case .number(let value, _): try row.encode(value, forKey: key)
        case .interval(let value, let low, let high, _):
          try row.encode(["value": value, "low": low, "high": high], forKey: key)
        case .missing: try row.encodeNil(forKey: key)
        }
      }
    }
  }

  /// An array with an object for each row; a missing cell is null.
  func encode(to encoder: any Encoder) throws {
    var rows = encoder.unkeyedContainer()
    for cells in self.rows { try rows.encode(Row(columns: columns, cells: cells)) }
  }
}
