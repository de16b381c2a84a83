import CFuzzer
import Glibc

// siam-fuzz TARGET [libFuzzer's arguments]: feeds one reader with inputs that libFuzzer makes.
// siam-fuzz TARGET --seeds FOLDER: writes inputs to begin with, where the project has no files of that kind.

/// The reader that is fuzzed; chosen once, before the first input.
nonisolated(unsafe) private var chosen: (any Target)?

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
func oneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe chosen?.read([UInt8](UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

private func stop(_ message: String) -> Never {
  let line = Array("siam-fuzz: \(message)\n".utf8)
  unsafe write(STDERR_FILENO, line, line.count)
  exit(64)
}

private func fuzz(_ words: [String]) throws {
  guard words.count > 1, let target = targets.first(where: { $0.name == words[1] }) else {
    stop("the target is one of " + targets.map { $0.name }.joined(separator: ", "))
  }
  if words.count == 4, words[2] == "--seeds" { return try target.writeSeeds(to: words[3]) }
  unsafe chosen = try target.init()
  var count = CInt(words.count - 1)
  let rest = unsafe CommandLine.unsafeArgv.advanced(by: 1)
  unsafe rest[0] = CommandLine.unsafeArgv[0]
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe rest
  exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, oneInput))
}

do { try fuzz(CommandLine.arguments) } catch { stop("\(error)") }
