import SiamTensors

/// Where the time of a command went, as a table.
struct ProfileTable {
  let rows: [Profile.Row]
  /// Seconds from beginning to end; what no row has is the rest.
  let seconds: Double

  /// Runs `body` with a profile, which is printed on standard error whatever the end, unless nothing was begun.
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
    let heading = "where the time went; a row counts for itself alone, without those inside it"
    return [heading] + table.lines
  }

  /// A row a name, then the rest and all of it.
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
