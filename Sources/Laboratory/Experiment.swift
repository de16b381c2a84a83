package import SiamDatasets
import SiamTraining

/// A question answered by a measurement.
///
/// An experiment is a file, or a folder with its parts, and a line in `allExperiments`: the command line, its help and the
/// tests follow from that.
package protocol Experiment: Sendable, SendableMetatype {
  /// Its name on the command line, and of its folder when all are run.
  static var name: String { get }
  /// One sentence for the list of experiments.
  static var summary: String { get }
  /// Whether it needs a folder of images.
  static var needsImages: Bool { get }

  init()

  /// Runs the experiment.
  ///
  /// - Throws: `ImagesMissing`, and what reading images, training and `conditions.progress` throw.
  func run(_ conditions: Conditions) throws -> Report
}

/// All experiments, each after those that it builds on.
package let allExperiments: [any Experiment.Type] = [
  ScalarExperiment.self, PriorExperiment.self, CollapseExperiment.self, SpeedsExperiment.self,
  ExpansionExperiment.self, MeanViewExperiment.self, FeaturesExperiment.self, ModesExperiment.self,
  ConstraintExperiment.self, OptimizersExperiment.self,
]

/// How an experiment is run.
package struct Conditions: Sendable {
  /// Whether to run the quick form: the same questions with fewer images, seeds and steps.
  package var isQuick: Bool
  /// The number of seeds; nil takes the experiment's default.
  package var seedCount: Int?
  /// The length of each training; nil takes the experiment's default.
  package var epochs: Int?
  /// The images, for the experiments that need some.
  package var images: LaboratoryImages?
  /// The folder of finished trainings, which another run takes from there; nil keeps none.
  package var runs: String?
  /// Called with what is being done; may throw to stop.
  package var progress: @Sendable (String) throws -> Void

  package init(
    isQuick: Bool = false, seedCount: Int? = nil, epochs: Int? = nil, images: LaboratoryImages? = nil,
    runs: String? = nil, progress: @escaping @Sendable (String) throws -> Void = { _ in }
  ) {
    (self.isQuick, self.seedCount, self.epochs) = (isQuick, seedCount, epochs)
    (self.images, self.runs, self.progress) = (images, runs, progress)
  }

  /// The seeds 0, 1, ...: the requested number, or the form's default.
  func seeds(quick: Int, full: Int) -> [UInt64] {
    (0..<max(1, seedCount ?? (isQuick ? quick : full))).map(UInt64.init)
  }
}

/// The images of an experiment: some to train on and to search in, others to classify.
package struct LaboratoryImages: Sendable {
  /// The images to train on.
  package let train: ImageStore
  /// The images to learn from and search in, and the queries.
  package let bank, queries: ImageSubset

  /// - Parameter test: the images to classify; nil holds out a fifth of `train` from the bank.
  package init(train: ImageStore, test: ImageStore? = nil) {
    self.train = train
    let sides = EvaluationSides(train: train, test: test)
    (bank, queries) = (sides.bank, sides.queries)
  }
}

/// An experiment that needs images was run without any.
package struct ImagesMissing: Error, Equatable, CustomStringConvertible {
  /// Its name.
  package let experiment: String
  package var description: String { "\(experiment) needs a folder of pictures" }
}

extension Conditions {
  /// The images of an experiment that needs some, at most as many of bank and queries as its form takes.
  ///
  /// - Throws: `ImagesMissing`, and what reading the images throws.
  func testbed(
    for experiment: any Experiment.Type, quick: (bank: Int, queries: Int), full: (bank: Int, queries: Int)
  ) throws -> Testbed {
    guard let images else { throw ImagesMissing(experiment: experiment.name) }
    return try Testbed(images, atMost: isQuick ? quick : full)
  }
}
