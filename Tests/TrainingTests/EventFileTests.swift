import SiamFiles
import TestSupport
import Testing

@testable import SiamTraining

@Suite struct EventFileTests {
  /// The data of each record of a file, with its checksums tested; a record that is cut off is left out.
  private func records(_ path: String) throws -> [[UInt8]] {
    var rest = try readFile(path)[...]
    var records: [[UInt8]] = []
    func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
      bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    while rest.count >= 12 {
      let length = Int(number(rest.prefix(8)))
      let record = Array(rest.prefix(length + 16))
      guard record.count == length + 16 else { break }
      let data = Array(record[12..<12 + length])
      #expect(record == EventFile.record(data))
      records.append(data)
      rest = rest.dropFirst(record.count)
    }
    return records
  }

  // What TensorBoard 2.21 writes: tensorboard.summary.writer.record_writer.RecordWriter.
  @Test(
    "a record has its length and data, each with a masked checksum",
    arguments: [
      ("siam", "0400000000000000424552047369616d5f7db5bc"), ("", "000000000000000029039807d8ea82a2"),
    ])
  func framing(data: String, expected: String) {
    #expect(EventFile.record(Array(data.utf8)).map { hexadecimal($0, digits: 2) }.joined() == expected)
  }

  @Test func `a session begins with the version and its start, and writes what is known`() throws {
    try withScratchFolder { scratch in
      let folder = "\(scratch)/a/events"
      let log = try EventFile(in: folder, after: 0)
      var metrics = EpochMetrics(epoch: 1, step: 7)
      (metrics.loss, metrics.std) = (0.5, 1)
      try log.note(metrics)
      try log.note(EpochMetrics(epoch: 2, step: 14))
      let events = try records(log.path)
      #expect(events.count == 3)
      // The time, step 0, "brain.Event:2"; the time, step 0, a session that starts.
      #expect(Array(events[0].dropFirst(9)) == [0x10, 0, 0x1A, 13] + Array("brain.Event:2".utf8))
      #expect(Array(events[1].dropFirst(9)) == [0x10, 0, 0x3A, 2, 0x08, 1])
      func scalar(_ tag: String, _ value: Float) -> [UInt8] {
        let body = [0x0A, UInt8(tag.utf8.count)] + Array(tag.utf8) + [0x15] + bytes32(value.bitPattern)
        return [0x0A, UInt8(body.count)] + body
      }
      let summary = scalar("epoch/loss", 0.5) + scalar("epoch/std", 1)
      #expect(Array(events[2].dropFirst(9)) == [0x10, 7, 0x2A, UInt8(summary.count)] + summary)
    }
  }

  @Test func `a resumed session has a later file, which voids the steps that are taken again`() throws {
    try withScratchFolder { scratch in
      #expect(try !EventFile.has(in: scratch) && !EventFile.has(in: "\(scratch)/none"))
      let first = try EventFile(in: scratch, after: 0)
      let second = try EventFile(in: scratch, after: 20)
      #expect(second.path > first.path && names(in: scratch).count == 2)
      #expect(try records(second.path)[1].dropFirst(9) == [0x10, 21, 0x3A, 2, 0x08, 1])
      try writeFile("\(scratch)/events.out.tfevents.9999999999.host", "")
      #expect(try EventFile(in: scratch, after: 1).path.hasSuffix("10000000000.siam"))
      try EventFile.removeAll(in: scratch)
      #expect(names(in: scratch) == ["events.out.tfevents.9999999999.host"])
    }
  }
}
