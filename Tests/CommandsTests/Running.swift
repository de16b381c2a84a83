import Foundation
import Testing

/// What a program printed, and how it ended.
struct Ended: Equatable {
  var output, errors: String
  var code: Int32
}

/// Runs a program to its end.
///
/// - Parameters:
///   - output: a file that its standard output goes to instead.
///   - signal: sent to it, once, as soon as the condition holds.
func run(
  _ program: String, _ arguments: [String], in folder: String? = nil, output: String? = nil,
  signal: (number: Int32, condition: () -> Bool)? = nil
) throws -> Ended {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
  // Files rather than pipes: nothing can fill up while the other is being read.
  let scratch = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: scratch) }
  let files = ["output", "errors"].map(scratch.appendingPathComponent)
  for file in files { try Data().write(to: file) }
  let outputFile = output.map { URL(fileURLWithPath: $0) } ?? files[0]
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = try FileHandle(forWritingTo: outputFile)
  process.standardError = try FileHandle(forWritingTo: files[1])
  try process.run()
  if let signal {
    while process.isRunning, !signal.condition() { usleep(2000) }
    if process.isRunning { kill(process.processIdentifier, signal.number) }
  }
  process.waitUntilExit()
  return Ended(
    output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
    errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
    code: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
}

/// Runs the real binary: `SIAM_BINARY`, or `siam` beside these tests.
func siam(
  _ arguments: [String], output: String? = nil, signal: (number: Int32, condition: () -> Bool)? = nil
) throws -> Ended {
  var path = ProcessInfo.processInfo.environment["SIAM_BINARY"] ?? ""
  if path.isEmpty {
    let tests = URL(
      fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    path = tests.deletingLastPathComponent().appendingPathComponent("siam").path
  }
  try #require(FileManager.default.isExecutableFile(atPath: path), "no siam at \(path); set SIAM_BINARY")
  return try run(path, arguments, output: output, signal: signal)
}
