import Glibc
import Synchronization

/// The signal that asked the program to end, 0 before one arrives. A signal handler reaches globals only.
private let received = Atomic<CInt>(0)

/// The work ended early because a signal asked for it.
struct Interrupted: Error, Equatable, CustomStringConvertible {
  let signal: Int32
  var description: String { signal == SIGINT ? "interrupted" : "told to end by signal \(signal)" }
}

/// Ctrl-C and SIGTERM as a question that long work asks between its steps.
///
/// The first signal is only noted; a second one ends the program at once with 128 + its number.
enum Interruption {
  /// From here on, SIGINT and SIGTERM are noted.
  static func watch() {
    _ = received.load(ordering: .relaxed)  // makes the global before a handler can need it
    var watched = sigset_t()
    unsafe sigemptyset(&watched)
    for signal in [SIGINT, SIGTERM] {
      unsafe sigaddset(&watched, signal)
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { signal in
        let first = received.compareExchange(expected: 0, desired: signal, ordering: .relaxed).exchanged
        if !first { _exit(128 + signal) }
      }
      action.sa_flags = SA_RESTART
      unsafe sigaction(signal, &action, nil)
    }
    // A program started by a thread that keeps signals waiting inherits that.
    unsafe pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  /// The signal that asked for the end, or nil.
  static var signal: Int32? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// - Throws: `Interrupted` if a signal asked for the end.
  static func check() throws(Interrupted) {
    if let signal { throw Interrupted(signal: signal) }
  }
}
