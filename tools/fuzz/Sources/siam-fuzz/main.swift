import CFuzzer
import Glibc
import SiamFiles

// siam-fuzz TARGET [libFuzzer's arguments]: feeds one reader with inputs that libFuzzer makes.
// siam-fuzz TARGET --seeds FOLDER: writes inputs to begin with, where the project has no files of that kind.
// siam-fuzz TARGET --all FILE: every bit of a file flipped, every truncation and every byte more; exit 1 if one loads.

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
  if words.count == 4, words[2] == "--all" { return try changeAll(of: words[3], for: try target.init()) }
  unsafe chosen = try target.init()
  var count = CInt(words.count - 1)
  let rest = unsafe CommandLine.unsafeArgv.advanced(by: 1)
  unsafe rest[0] = CommandLine.unsafeArgv[0]
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe rest
  exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, oneInput))
}

/// Tries every small change of a file that a checksum guards.
private func changeAll(of path: String, for target: some Target) throws {
  let whole = try readFile(path)
  guard target.loads(whole) else { stop("\(path): cannot be loaded as it is") }
  var (count, loaded) = (0, 0)
  func attempt(_ bytes: [UInt8], _ change: String) {
    count += 1
    guard target.loads(bytes) else { return }
    loaded += 1
    print("loaded in spite of \(change)")
  }
  var changed = whole
  for place in whole.indices {
    for bit in 0..<8 {
      changed[place] ^= 1 << UInt8(bit)
      attempt(changed, "bit \(bit) of byte \(place) flipped")
      changed[place] = whole[place]
    }
    attempt(Array(whole[..<place]), "a cut at \(place)")
  }
  for byte in UInt8.min...UInt8.max { attempt(whole + [byte], "a byte of \(byte) more") }
  print("\(count) changes, \(loaded) loaded")
  if loaded > 0 { exit(1) }
}

do { try fuzz(CommandLine.arguments) } catch { stop("\(error)") }
