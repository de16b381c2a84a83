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

  /// Makes what can go wrong with writing an error of `write`, where it would kill the program or do worse.
  static func prepare() {
    // A closed pipe, and a limit on the size of files.
    for signal in [SIGPIPE, SIGXFSZ] { _ = Glibc.signal(signal, SIG_IGN) }
    // A program may be started with its streams closed. The next file that it opens would take their place, and receive
    // what is printed.
    for (descriptor, flags) in [
      (STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
    ]
    where fcntl(descriptor, F_GETFD) < 0 {
      _ = unsafe open("/dev/null", flags)
    }
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
  func write(_ text: String) { write(bytes: Array(text.utf8)) }

  /// Writes bytes as they are.
  func write(bytes: [UInt8]) {
    errorNumber.withLock { errorNumber in
      guard errorNumber == 0 else { return }
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let failure = written < 0 ? errno : written == 0 ? ENOSPC : 0
        if failure == 0 {
          rest = rest.dropFirst(written)
        } else if failure != EINTR {
          errorNumber = failure
          return
        }
      }
    }
  }
}
