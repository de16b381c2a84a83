import SiamMethods

extension CollapseExperiment {
  /// One way to train.
  typealias Variant = MethodVariant

  /// What the methods bring: the base method taken apart, and its relatives.
  static let variants = methods.flatMap { $0.variants }
}
