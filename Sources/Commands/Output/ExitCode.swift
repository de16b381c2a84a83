import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImagePrior
import SiamImages
import SiamTensors
import SiamTraining

/// What the program returns; the numbers of sysexits.h, and 128 + n for a signal n.
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

  /// The lines of the help: what each code means.
  static let meanings: [(code: ExitCode, meaning: String)] = [
    (.success, "done"),
    (
      .usage,
      "wrong use: an unknown option, a bad value, a folder that is missing, empty or of the wrong kind"
    ),
    (
      .badData,
      "bad data: a file that is damaged or does not hold what it should, or a training that diverged"
    ),
    (.noInput, "a file cannot be opened or read"),
    (.software, "a fault of the program itself"),
    (
      .cannotCreate,
      "a file cannot be made, or exists and --overwrite is not given, or the run is being trained already"
    ),
    (.inputOutput, "reading or writing failed on the way: a full disk, a broken device"),
    (.signal(2), "interrupted (Ctrl-C); 143 when told to end (SIGTERM)"),
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

extension UsageError: ExitCoded {
  var exitCode: ExitCode { .usage }
}

extension Interrupted: ExitCoded {
  var exitCode: ExitCode { .signal(signal) }
}

extension FileError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .cannot(let verb, _, _):
      switch verb {
      case "create", "create folder", "lock": .cannotCreate
      case "write", "synchronise", "close", "remove": .inputOutput
      default: .noInput
      }
    case .notAFile: .noInput
    case .tooLarge: .badData
    }
  }
}

extension ImageError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .unreadable: .noInput
    case .unwritable: .cannotCreate
    case .unsupported, .corrupt, .tooLarge, .tooCostly, .doubtful: .badData
    }
  }
}

extension TooManyBadPictures: ExitCoded {
  var exitCode: ExitCode { .badData }
}

extension NotAPictureCache: ExitCoded {
  var exitCode: ExitCode { .cannotCreate }
}

extension RunInUse: ExitCoded {
  var exitCode: ExitCode { .cannotCreate }
}

extension FolderError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .missing, .notAFolder, .empty, .noPictures: .usage
    case .unreadable: .noInput
    }
  }
}

extension CheckpointError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .file(.file(let error)): error.exitCode
    // Of another shape than it should be: the wrong file rather than a broken one.
    case .file(.missing), .file(.mismatch), .otherPictures: .usage
    case .file, .malformed: .badData
    }
  }
}

extension FeatureError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .file(let error): error.exitCode
    case .unknownFormat, .unlabelled, .empty, .dimensions: .usage
    case .notFinite, .malformed: .badData
    }
  }
}

extension NotFinite: ExitCoded {
  var exitCode: ExitCode { .badData }
}

/// A failure that no lower floor has a type for: a sentence and its exit code.
struct Failure: ExitCoded, Equatable, CustomStringConvertible {
  let exitCode: ExitCode
  let message: String

  init(_ exitCode: ExitCode, _ message: String) { (self.exitCode, self.message) = (exitCode, message) }

  var description: String { message }
}
