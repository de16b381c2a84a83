package import SiamDatasets
import SiamFiles
import SiamImages
package import SiamMethods
import SiamTensors

/// The contents of `config.json`: everything that was chosen for a run, and its images.
package struct RunRecord: Codable, Sendable, Equatable {
  /// The images that the run learns from.
  package struct Images: Codable, Sendable, Equatable {
    package var root: String
    package var count: Int
    package var classes: [String]
    /// See `ImageStore.fingerprint`.
    package var fingerprint: String
    package var bad, flawed, rotated: Int
    /// The table that labels them, of which the run folder has a copy; nil for class folders.
    package var labels: String?

    package init(_ store: ImageStore) {
      (root, count, classes) = (store.folder.root, store.count, store.classesInUse)
      (fingerprint, bad, flawed, rotated) = (store.fingerprint, store.bad.count, store.flawed, store.rotated)
      labels = store.folder.labels?.file
    }
  }

  static let format = "siam run 1"
  package var format = Self.format
  /// The program and its version.
  package var program: String
  /// The command line without the program's name.
  package var command: [String]
  package var configuration: TrainingConfiguration
  package var images: Images
  /// How the images were read.
  package var reading: ImageReading
  /// The folder of test images, judged at the end; nil for a slice held out of the images.
  package var test: String?
  /// The table that labels these, of which the run folder has a copy; nil for class folders.
  package var testLabels: String?
  package var knnEvery: Int
  package var saveEverySeconds: Double
  package var memoryMegabytes: Int
  package var threads: Int
  /// The variant of the inner loops: the bits of a result are the same on every number of threads, but not on every
  /// kind of processor.
  package var kernels: String
  /// The encoder that the training began with; nil for one drawn at random.
  package var from: Origin?
  /// The epochs from one encoder that is kept to the next; nil for none.
  package var keepEvery: Int?
  /// The folder of TensorBoard's event files; nil for none.
  package var tensorboard: String?
  /// False for a run that writes no report at its end; nil, as in records of earlier versions, for one that does.
  package var report: Bool?
  /// The steps at which the run was resumed.
  package var resumed: [Int] = []

  package init(
    program: String, command: [String], configuration: TrainingConfiguration, images: Images,
    reading: ImageReading, test: String?, knnEvery: Int, saveEverySeconds: Double, memoryMegabytes: Int
  ) {
    (self.program, self.command, self.configuration) = (program, command, configuration)
    (self.images, self.reading, self.test) = (images, reading, test)
    (self.knnEvery, self.saveEverySeconds) = (knnEvery, saveEverySeconds)
    self.memoryMegabytes = memoryMegabytes
    (threads, kernels) = (threadCount, kernelVariant)
  }

  private enum CodingKeys: String, CodingKey {
    case format, program, command, configuration, reading, test, testLabels, knnEvery, saveEverySeconds,
      memoryMegabytes
    case threads, kernels, from, keepEvery, tensorboard, report, resumed
    case images = "pictures"
  }
}
