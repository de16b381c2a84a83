import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImagePrior
import SiamImages
import SiamMethods
import SiamTensors
import SiamTraining

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
    case .unsupported, .corrupt, .tooLarge, .tooCostly, .doubtful, .changed: .badData
    }
  }
}

extension TooManyBadImages: ExitCoded {
  var exitCode: ExitCode { .badData }
}

extension PatchFitError: ExitCoded {
  var exitCode: ExitCode { .badData }
}

extension NotAnImageCache: ExitCoded {
  var exitCode: ExitCode { .cannotCreate }
}

extension RunInUse: ExitCoded {
  var exitCode: ExitCode { .cannotCreate }
}

extension RunFolderError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .holdsRun, .holdsSomethingElse: .cannotCreate
    case .noRun: .usage
    }
  }
}

extension FolderError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .missing, .notAFolder, .empty, .noImages: .usage
    case .unreadable: .noInput
    }
  }
}

extension LabelError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .file(let error): error.exitCode
    case .table, .row: .badData
    }
  }
}

extension CheckpointError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .file(.file(let error)): error.exitCode
    // A wrong shape means the wrong file rather than a broken one.
    case .file(.missing), .file(.mismatch), .otherImages: .usage
    case .file, .malformed: .badData
    }
  }
}

extension ImportError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .file(let error): CheckpointError.file(error).exitCode
    // The wrong file rather than a broken one.
    case .ownEncoder, .unknownNetwork, .missing, .unexpected, .mismatch: .usage
    case .badValue: .badData
    }
  }
}

extension FeatureError: ExitCoded {
  var exitCode: ExitCode {
    switch self {
    case .file(let error): error.exitCode
    case .unknownFormat, .unlabelled, .empty, .dimensions, .beyondHalf: .usage
    case .pathsOfOthers: .cannotCreate
    case .notFinite, .malformed: .badData
    }
  }
}

extension NotFinite: ExitCoded {
  var exitCode: ExitCode { .badData }
}
