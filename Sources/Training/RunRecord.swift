import FoundationEssentials
package import SiamDatasets
import SiamFiles
import SiamImages
package import SiamMethods
import SiamTensors

/// What `config.json` holds: everything that was chosen for a run, and what it was chosen for.
package struct RunRecord: Codable, Sendable, Equatable {
  /// The pictures that the run learns from.
  package struct Pictures: Codable, Sendable, Equatable {
    package var root: String
    package var count: Int
    package var classes: [String]
    /// See `PictureStore.fingerprint`.
    package var fingerprint: String
    package var bad, flawed, rotated: Int

    package init(_ store: PictureStore) {
      (root, count, classes) = (store.folder.root, store.count, store.classesInUse)
      (fingerprint, bad, flawed, rotated) = (store.fingerprint, store.bad.count, store.flawed, store.rotated)
    }
  }

  /// How pictures were read.
  package struct Reading: Codable, Sendable, Equatable {
    package var strict: Bool
    package var maximumBadShare: Double
    package var maximumPixels: Int
    /// "high" or "clip".
    package var wideGrey: String
    package var appliesOrientation: Bool
    /// Whether large pictures kept every pixel. Runs of versions that knew nothing else do not say.
    private var exactDecode: Bool?
    package var isExact: Bool { exactDecode ?? true }

    package init(
      strict: Bool, maximumBadShare: Double, maximumPixels: Int, wideGrey: String, appliesOrientation: Bool,
      isExact: Bool
    ) {
      (self.strict, self.maximumBadShare, self.maximumPixels) = (strict, maximumBadShare, maximumPixels)
      (self.wideGrey, self.appliesOrientation, exactDecode) = (wideGrey, appliesOrientation, isExact)
    }
  }

  static let format = "siam run 1"
  package var format = Self.format
  /// The program and its version.
  package var program: String
  /// The command line, the program's own name left out.
  package var command: [String]
  package var configuration: TrainingConfiguration
  package var pictures: Pictures
  package var reading: Reading
  /// The folder of test pictures, judged at the end; nil for a slice held out of the pictures.
  package var test: String?
  package var knnEvery: Int
  package var saveEverySeconds: Double
  package var memoryMegabytes: Int
  package var threads: Int
  /// The variant of the inner loops: the bits of a result are the same on every number of threads, but not on every
  /// kind of processor.
  package var kernels: String
  /// The steps at which the run was resumed.
  package var resumed: [Int] = []

  package init(
    program: String, command: [String], configuration: TrainingConfiguration, pictures: Pictures,
    reading: Reading, test: String?, knnEvery: Int, saveEverySeconds: Double, memoryMegabytes: Int
  ) {
    (self.program, self.command, self.configuration) = (program, command, configuration)
    (self.pictures, self.reading, self.test) = (pictures, reading, test)
    (self.knnEvery, self.saveEverySeconds) = (knnEvery, saveEverySeconds)
    self.memoryMegabytes = memoryMegabytes
    (threads, kernels) = (threadCount, kernelVariant)
  }
}

/// What a line of `metrics.jsonl` holds: how a run stood at the end of an epoch; epoch 0 is before the training.
package struct EpochMetrics: Codable, Sendable, Equatable {
  /// An accuracy from 0 to 1 with its Wilson interval of 95 %.
  package struct Accuracy: Codable, Sendable, Equatable {
    package var value, low, high: Double
    package var queries: Int

    package init(value: Double, low: Double, high: Double, queries: Int) {
      (self.value, self.low, self.high, self.queries) = (value, low, high, queries)
    }
  }

  package var epoch, step: Int
  /// The mean of the epoch's steps.
  package var loss: Double?
  /// The learning rate of the epoch's last step.
  package var rate: Double?
  /// Of the projector's outputs for the epoch's last batch; see `CollapseGauges`.
  package var std, rank, centre: Double?
  /// The online k-NN, where it was asked for, and that of raw pixels in epoch 0.
  package var knn, rawKnn: Accuracy?
  package var picturesPerSecond: Double?
  /// Since the epoch began, or since the run was resumed in it; wall clock and processor time of all threads.
  package var seconds, cpuSeconds: Double?
  /// The share of the time that went into making views.
  package var waiting: Double?
  /// A kind of collapse found in this epoch for the first time.
  package var collapse: String?

  package init(epoch: Int, step: Int) { (self.epoch, self.step) = (epoch, step) }
}

/// JSON as run folders hold it: snake_case, keys in order, numbers that JSON lacks as "nan", "inf" and "-inf".
enum RunJSON {
  static func text(_ value: some Encodable, isPretty: Bool) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Numbers, names and texts always have a JSON form.
    guard let data = try? encoder.encode(value) else { preconditionFailure("a value without a JSON form") }
    return withoutHiddenInJSON(String(decoding: data, as: UTF8.self))
  }

  /// - Throws: `CheckpointError.malformed`, with the reason in a few words.
  static func value<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], path: String
  ) throws(CheckpointError) -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do { return try decoder.decode(type, from: Data(bytes)) } catch {
      throw .malformed(path: path, reason: reason(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context)?:
      return "its configuration lacks "
        + (context.codingPath + [key]).map(\.stringValue).joined(separator: ".")
    case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
      return "its configuration holds something else than expected at \(place(context))"
    case .dataCorrupted(let context)? where !context.codingPath.isEmpty:
      return "its configuration holds an unknown value at \(place(context))"
    default: return "its configuration is not JSON"
    }
  }
}
