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
  var lines: [String] {
    let texts = rows.map { $0.map(\.text) }
    let isOnTheRight = columns.indices.map { column in rows.contains { $0[column].isNumber } }
    let widths = columns.indices.map { column in
      texts.reduce(SiamCommands.columns(columns[column].title)) { max($0, SiamCommands.columns($1[column])) }
    }
    return ([columns.map(\.title)] + texts).map { row in
      let cells = row.indices.map { padded(row[$0], to: widths[$0], onTheLeft: isOnTheRight[$0]) }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
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
