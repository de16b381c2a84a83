import Glibc
package import SiamFiles

/// The course of a training as a file that TensorBoard reads.
///
/// Scalars by step: `step/loss` and `step/rate` of every step of a network, and `epoch/…` with what `metrics.jsonl` has of an
/// epoch. A training that is resumed begins a file of its own; TensorBoard drops what an earlier file has of steps that are taken
/// again. A record that a crash cuts off is the last of its file.
package final class EventFile {
  package let path: String
  private let file: GrowingFile

  /// What the names of all event files begin with, and how those of Siam end.
  private static let (beginning, ending) = ("events.out.tfevents.", ".siam")

  /// Creates the folder if necessary, and in it a file later than all that it has.
  ///
  /// - Parameter step: the steps that were taken already.
  /// - Throws: `FileError`.
  package init(in folder: String, after step: Int) throws(FileError) {
    try makeFolder(folder)
    // TensorBoard reads the files in the order of their names.
    let latest = try Self.names(in: folder).compactMap { Int($0.dropFirst(Self.beginning.count).prefix(10)) }
      .max()
    let time = max(Int(Self.now), (latest ?? 0) + 1)
    path = "\(folder)/\(Self.beginning)\(time)\(Self.ending)"
    file = try GrowingFile(creating: path)
    var version = Self.event(at: 0)
    version.add(3, "brain.Event:2")
    try file.append(Self.record(version.bytes))
    // The beginning of a session: whatever an earlier one has from here on is void.
    var (start, session) = (Self.event(at: step == 0 ? 0 : step + 1), ProtobufMessage())
    session.add(1, 1)
    start.add(7, session)
    try file.append(Self.record(start.bytes))
  }

  /// The event files in a folder, which need not exist.
  private static func names(in folder: String) throws(FileError) -> [String] {
    guard try fileExists(folder) else { return [] }
    return try list(folder: folder).map(\.name).filter { $0.hasPrefix(beginning) }
  }

  /// Whether a folder has event files, of Siam or others.
  package static func has(in folder: String) throws(FileError) -> Bool { try !names(in: folder).isEmpty }

  /// Removes Siam's event files from a folder.
  package static func removeAll(in folder: String) throws(FileError) {
    for name in try names(in: folder) where name.hasSuffix(ending) { try removeFile("\(folder)/\(name)") }
  }

  /// Writes what an event says.
  package func note(_ event: TrainingEvent) throws(FileError) {
    switch event {
    case .step(let step):
      try write([("step/loss", step.loss), ("step/rate", Double(step.rate))], at: step.step + 1)
    case .epoch(let metrics): try note(metrics)
    default: return
    }
  }

  /// Writes the metrics of an epoch.
  package func note(_ metrics: EpochMetrics) throws(FileError) {
    let scalars: [(String, Double?)] = [
      ("loss", metrics.loss), ("rate", metrics.rate), ("std", metrics.std), ("rank", metrics.rank),
      ("centre", metrics.centre), ("knn", metrics.knn?.value), ("raw_knn", metrics.rawKnn?.value),
      ("retrieval", metrics.retrieval?.value), ("raw_retrieval", metrics.rawRetrieval?.value),
      ("pictures_per_second", metrics.imagesPerSecond), ("seconds", metrics.seconds),
      ("cpu_seconds", metrics.cpuSeconds), ("waiting", metrics.waiting),
    ]
    try write(scalars.compactMap { name, value in value.map { ("epoch/" + name, $0) } }, at: metrics.step)
  }

  private func write(_ scalars: [(tag: String, value: Double)], at step: Int) throws(FileError) {
    guard !scalars.isEmpty else { return }
    var (event, summary) = (Self.event(at: step), ProtobufMessage())
    for (tag, value) in scalars {
      var scalar = ProtobufMessage()
      scalar.add(1, tag)
      scalar.add(2, Float(value))
      summary.add(1, scalar)
    }
    event.add(5, summary)
    try file.append(Self.record(event.bytes))
  }

  /// The beginning of an event: when it was, and after which step.
  private static func event(at step: Int) -> ProtobufMessage {
    var event = ProtobufMessage()
    event.add(1, now)
    event.add(2, step)
    return event
  }

  /// Seconds since 1970.
  private static var now: Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// A record of TensorFlow: its length and its bytes, each followed by its masked checksum.
  ///
  /// Source: tensorflow/core/lib/io/record_writer.h.
  static func record(_ data: [UInt8]) -> [UInt8] {
    func masked(_ bytes: [UInt8]) -> [UInt8] {
      let sum = crc32c(bytes)
      return bytes32((sum >> 15 | sum << 17) &+ 0xA282_EAD8)
    }
    let length = bytes64(UInt64(data.count))
    return length + masked(length) + data + masked(data)
  }
}
