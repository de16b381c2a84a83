import Glibc
import Synchronization

/// The signal received, 0 before one arrives. A signal handler can only use globals.
private let received = Atomic<CInt>(0)

/// Whether the handler says what happens. A step of large pictures can take half a minute.
private let announces = Atomic<Bool>(false)

/// The work was ended early by a signal.
struct Interrupted: Error, Equatable, CustomStringConvertible {
  let signal: Int32
  var description: String {
    switch signal {
    case SIGINT: "interrupted"
    case SIGHUP: "hung up (SIGHUP: the terminal was closed)"
    default: "terminated by signal \(signal)"
    }
  }
}

/// Ctrl-C, SIGTERM and SIGHUP as a flag that long work checks between steps.
///
/// The first signal sets the flag; a second one ends the program at once with 128 + its number. SIGHUP is never the second:
/// when a terminal closes, the shell and the system both send it.
enum Interruption {
  /// Installs the handlers. A SIGHUP that the parent ignores, as nohup does, stays ignored; SIGINT does not, since a shell
  /// script ignores it for every command that it starts with `&`.
  ///
  /// - Parameter announcing: whether the handler says on standard error that the step is being finished.
  static func watch(announcing: Bool = false) {
    // Initialises the globals before a handler can use them.
    _ = received.load(ordering: .relaxed)
    announces.store(announcing, ordering: .relaxed)
    var watched = sigset_t()
    unsafe sigemptyset(&watched)
    for signal in [SIGINT, SIGTERM, SIGHUP] where signal != SIGHUP || !isIgnored(signal) {
      unsafe sigaddset(&watched, signal)
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { signal in
        let first = received.compareExchange(expected: 0, desired: signal, ordering: .relaxed).exchanged
        if !first && signal != SIGHUP { _exit(128 + signal) }
        guard first, signal == SIGINT, announces.load(ordering: .relaxed) else { return }
        let notice: StaticString = "\nfinishing the step; Ctrl-C again stops at once\n"
        _ = unsafe write(STDERR_FILENO, notice.utf8Start, notice.utf8CodeUnitCount)
      }
      action.sa_flags = SA_RESTART
      unsafe sigaction(signal, &action, nil)
    }
    // A blocked signal mask is inherited from the parent process.
    unsafe pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  /// Whether the parent process left a signal ignored.
  private static func isIgnored(_ signal: CInt) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
    return unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The signal received, or nil.
  static var signal: Int32? {
    let signal = received.load(ordering: .relaxed)
    return signal == 0 ? nil : signal
  }

  /// - Throws: `Interrupted` if a signal arrived.
  static func check() throws(Interrupted) {
    if let signal { throw Interrupted(signal: signal) }
  }
}
