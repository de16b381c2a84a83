import SiamTensors

/// Where the time of a command went, as a table.
struct ProfileTable {
  let rows: [Profile.Row]
  /// Total seconds; the time in no row is the rest.
  let seconds: Double

  /// Runs `body` with a profile and prints it on standard error even after an error, unless it is empty.
  static func printed(of body: () throws -> Void) throws {
    let (profile, start) = (Profile(), ContinuousClock.now)
    defer {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let rows = profile.rows
      for line in rows.isEmpty ? [] : ProfileTable(rows: rows, seconds: seconds).lines {
        Output.error.line(line)
      }
    }
    try Profile.$current.withValue(profile, operation: body)
  }

  var lines: [String] {
    let heading = "where the time went; a row does not include those inside it"
    return [heading] + table.lines
  }

  /// A row for each name, then the rest and the total.
  var table: Table {
    var table = Table([
      .init(title: "what", key: "what"), .init(title: "calls", key: "calls"),
      .init(title: "forward s", key: "forward"), .init(title: "backward s", key: "backward"),
      .init(title: "ms a call", key: "milliseconds"), .init(title: "share %", key: "share"),
    ])
    func share(_ part: Double) -> Table.Cell { .number(100 * part / max(seconds, 1e-9), places: 1) }
    for row in rows {
      table.append([
        .text(row.name), .count(row.calls), .number(row.forward, places: 3),
        row.backward > 0 ? .number(row.backward, places: 3) : .missing,
        .number(1e3 * row.seconds / Double(max(1, row.calls)), places: 3), share(row.seconds),
      ])
    }
    let rest = max(0, seconds - rows.reduce(0) { $0 + $1.seconds })
    for (name, part) in [("rest", rest), ("all", seconds)] {
      table.append([.text(name), .missing, .number(part, places: 3), .missing, .missing, share(part)])
    }
    return table
  }
}
