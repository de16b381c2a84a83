import Glibc
import Testing

@testable import SiamCommands

/// Sends a signal to this thread, which as one of a test's pool would keep it waiting.
private func deliver(_ signal: CInt) {
  var signals = sigset_t()
  unsafe sigemptyset(&signals)
  unsafe sigaddset(&signals, signal)
  unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  raise(signal)
}

@Suite struct InterruptionTests {
  @Test func `the first signal is noted and thrown`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      Interruption.watch()
      guard Interruption.signal == nil else { exit(1) }
      deliver(SIGTERM)
      guard Interruption.signal == SIGTERM else { exit(2) }
      do throws(Interrupted) {
        try Interruption.check()
      } catch {
        exit(error == Interrupted(signal: SIGTERM) ? 7 : 3)
      }
      exit(4)
    }
  }

  @Test func `a closed terminal is a signal, twice too, and nothing where the parent ignores it`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      Interruption.watch()
      deliver(SIGHUP)
      deliver(SIGHUP)
      guard Interruption.signal == SIGHUP else { exit(1) }
      exit(ExitCode.signal(SIGHUP).number == 129 ? 7 : 2)
    }
    await #expect(processExitsWith: .exitCode(130)) {
      Interruption.watch()
      deliver(SIGHUP)
      deliver(SIGINT)
      exit(1)
    }
    await #expect(processExitsWith: .exitCode(7)) {
      _ = signal(SIGHUP, SIG_IGN)
      Interruption.watch()
      deliver(SIGHUP)
      exit(Interruption.signal == nil ? 7 : 1)
    }
  }

  @Test func `the second signal ends the program at once`() async {
    await #expect(processExitsWith: .exitCode(130)) {
      Interruption.watch()
      deliver(SIGTERM)
      deliver(SIGINT)
      exit(1)
    }
    await #expect(processExitsWith: .exitCode(143)) {
      Interruption.watch()
      deliver(SIGINT)
      deliver(SIGTERM)
      exit(1)
    }
  }

  @Test func `the first Ctrl-C at a terminal says what happens, once`() async throws {
    let ended = await #expect(processExitsWith: .exitCode(7), observing: [\.standardErrorContent]) {
      Interruption.watch(announcing: true)
      raise(SIGINT)
      exit(Interruption.signal == SIGINT ? 7 : 1)
    }
    let said = try #require(ended).standardErrorContent
    #expect(String(decoding: said, as: UTF8.self) == "\nfinishing the step; Ctrl-C again stops at once\n")
  }
}
