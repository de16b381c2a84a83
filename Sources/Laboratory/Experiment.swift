package import SiamDatasets
import SiamTraining

/// A question of the essay or its neighbours, answered by a measurement: one file, one line in `allExperiments`.
package protocol Experiment: Sendable, SendableMetatype {
  /// The word after `siam lab`, and the folder that it writes into.
  static var name: String { get }
  /// One line for the list.
  static var summary: String { get }
  /// Whether it looks at a folder of pictures.
  static var needsPictures: Bool { get }

  init()

  /// Measures and reports.
  ///
  /// - Throws: what reading the pictures or training throws, and what `conditions.progress` throws.
  func run(_ conditions: Conditions) throws -> Report
}

/// Every experiment, in the order in which they build on each other.
package let allExperiments: [any Experiment.Type] = [
  ScalarExperiment.self, PriorExperiment.self, CollapseExperiment.self, SpeedsExperiment.self,
  ExpansionExperiment.self, MeanViewExperiment.self, FeaturesExperiment.self, ModesExperiment.self,
]

/// How an experiment is run.
package struct Conditions: Sendable {
  /// Whether a smaller form is asked for: fewer pictures, seeds and steps, the same questions.
  package var isQuick: Bool
  /// How often chance is drawn anew; nil takes what the experiment thinks right.
  package var seedCount: Int?
  /// How long each training is; nil takes what the experiment thinks right.
  package var epochs: Int?
  /// The pictures to learn from and to search in; nil for experiments that need none.
  package var pictures: LaboratoryPictures?
  /// Called with what is going on; may throw to stop.
  package var progress: @Sendable (String) throws -> Void

  package init(
    isQuick: Bool = false, seedCount: Int? = nil, epochs: Int? = nil, pictures: LaboratoryPictures? = nil,
    progress: @escaping @Sendable (String) throws -> Void = { _ in }
  ) {
    (self.isQuick, self.seedCount, self.epochs) = (isQuick, seedCount, epochs)
    (self.pictures, self.progress) = (pictures, progress)
  }

  /// The seeds 0, 1, ...: as many as were asked for.
  func seeds(quick: Int, full: Int) -> [UInt64] {
    (0..<max(1, seedCount ?? (isQuick ? quick : full))).map(UInt64.init)
  }
}

/// The pictures of an experiment: some to learn from and to search in, others to ask about.
package struct LaboratoryPictures: Sendable {
  package let train: PictureStore
  /// The pictures to learn from and search in, and the queries.
  package let bank, queries: PictureSubset

  /// - Parameter test: other pictures to ask about; nil holds out a fifth of `train`.
  package init(train: PictureStore, test: PictureStore? = nil) {
    self.train = train
    (bank, queries) = Evaluation.sides(train: train, test: test)
  }
}

/// An experiment that looks at pictures was started without any.
package struct PicturesMissing: Error, Equatable, CustomStringConvertible {
  package let experiment: String
  package var description: String { "\(experiment) needs a folder of pictures" }
}

extension Conditions {
  /// - Throws: `PicturesMissing`.
  func requiredPictures(for experiment: any Experiment.Type) throws(PicturesMissing) -> LaboratoryPictures {
    guard let pictures else { throw PicturesMissing(experiment: experiment.name) }
    return pictures
  }
}
