import Glibc
import SiamFiles
import SiamTensors

/// Standard output or standard error.
///
/// A reader that went away (`siam help | head -1`) is no error: what is written after that is dropped. Any other failure
/// is kept, and the program's end reports it; so printing does not throw.
final class Output: Sendable {
  static let standard = Output(descriptor: STDOUT_FILENO)
  static let error = Output(descriptor: STDERR_FILENO)

  /// From here on, writing to a closed pipe is an error of `write` rather than a signal.
  static func ignoreBrokenPipes() {
    _ = signal(SIGPIPE, SIG_IGN)
  }

  let descriptor: CInt
  private let errorNumber = LockedValue<CInt>(0)

  init(descriptor: CInt) { self.descriptor = descriptor }

  /// What went wrong so far, in the system's words; nil if nothing or only a reader that went away.
  var failure: String? {
    let number = errorNumber.withLock { $0 }
    guard number != 0, number != EPIPE else { return nil }
    return systemMessage(number)
  }

  /// Writes the text and a line end.
  func line(_ text: String = "") { write(text + "\n") }

  /// Writes all of the text, in one piece against other threads.
  func write(_ text: String) {
    errorNumber.withLock { errorNumber in
      guard errorNumber == 0 else { return }
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written >= 0 {
          rest = rest.dropFirst(written)
        } else if errno != EINTR {
          errorNumber = errno
          return
        }
      }
    }
  }
}
