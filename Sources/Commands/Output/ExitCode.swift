/// The program's exit codes: those of sysexits.h, and 128 + n for signal n.
enum ExitCode: Equatable {
  case success, usage, badData, noInput, software, cannotCreate, inputOutput
  case signal(Int32)

  var number: Int32 {
    switch self {
    case .success: 0
    case .usage: 64
    case .badData: 65
    case .noInput: 66
    case .software: 70
    case .cannotCreate: 73
    case .inputOutput: 74
    case .signal(let signal): 128 + signal
    }
  }

  /// The meaning of each code, for the help.
  static let meanings: [(code: ExitCode, meaning: String)] = [
    (.success, "success"),
    (
      .usage,
      "wrong usage: an unknown option, a bad value, a folder that is missing, empty or of the wrong kind"
    ),
    (
      .badData,
      "bad data: a file that is damaged or does not hold what it should, or a training that diverged"
    ),
    (.noInput, "a file cannot be opened or read"),
    (.software, "the system refuses memory, or an internal error of the program"),
    (
      .cannotCreate,
      "a file cannot be made, or exists and --overwrite is not given, or the run is being trained already"
    ),
    (.inputOutput, "reading or writing failed: a full disk, a broken device"),
    (.signal(2), "interrupted (Ctrl-C); 143 when terminated (SIGTERM), 129 when hung up (SIGHUP)"),
  ]
}

/// An error that knows its exit code.
protocol ExitCoded: Error {
  var exitCode: ExitCode { get }
}

extension ExitCode {
  /// The code of an error that ended a command.
  init(of error: any Error) {
    self = (error as? any ExitCoded)?.exitCode ?? .software
  }
}
