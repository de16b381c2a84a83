import Glibc
import SiamFiles
import SiamTensors

/// Standard output or standard error.
///
/// A closed pipe (`siam help | head -1`) is not an error: output after that is dropped. Any other failure
/// is stored and reported when the program ends; so printing does not throw.
final class Output: Sendable {
  static let standard = Output(descriptor: STDOUT_FILENO)
  static let error = Output(descriptor: STDERR_FILENO)

  /// Ignores SIGPIPE, so that writing to a closed pipe is an error of `write`.
  static func ignoreBrokenPipes() {
    _ = signal(SIGPIPE, SIG_IGN)
  }

  let descriptor: CInt
  private let errorNumber = LockedValue<CInt>(0)

  init(descriptor: CInt) { self.descriptor = descriptor }

  /// The first failure, in the system's words; nil if there was none, or only a closed pipe.
  var failure: String? {
    let number = errorNumber.withLock { $0 }
    guard number != 0, number != EPIPE else { return nil }
    return systemMessage(number)
  }

  /// Writes the text and a newline.
  func line(_ text: String = "") { write(text + "\n") }

  /// Writes the text, never interleaved with that of other threads.
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
