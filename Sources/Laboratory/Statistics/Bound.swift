/// The bounds of all predictions, one set for every experiment, each with its reason. They were written down when the runs of
/// 2026-11-24 were known, and before all later ones.
enum Bound {
  /// A collapse of directions: outputs keep less than this share of the effective rank of SimSiam's with the same seed.
  /// In the earlier runs healthy methods differed among themselves by less than a factor of two either way; a quarter is
  /// beyond all of them.
  static let rank = 0.25
  /// A total collapse: outputs, or weights, keep less than this share of their first size, or outputs normalised to length 1
  /// of the spread that unrelated ones have. Weight decay alone would take 2 % in 20 epochs, so a twentieth is a decay, not
  /// a side effect.
  static let size = 0.05
  /// A loss "stays high" by this much above SimSiam's: between −1 and 1, where seeds differ by about 0.01.
  static let loss = 0.1
  /// Points of k-NN within which features count as equally good, "level with": about the interval of a thousand queries,
  /// and less than the paper's smallest difference that it calls worse (68.1 and 64.8).
  static let level = -3.0...3.0
  /// Features are "fair" above this multiple of chance, and "nothing is left" below that one.
  static let (fair, nothing) = (2.0, 1.5)
  /// A force, or a departure from symmetry, dies away if less than half of it is left.
  static let half = 0.5
  /// A rate agrees with a theory within a tenth.
  static let tenth = 0.9...1.1
  /// What a theory says stays the same may change by a tenth through sampling.
  static let untouched = 0.1
  /// Flows are integrated in double precision with errors far below this.
  static let exact = 1e-6
  /// How near descents with steps of finite size, and noise, come to a flow.
  static let (descent, stochastic) = (0.01, 0.02)
  /// Nine tenths of a space is the same space but for noise; a random one of as many dimensions has an eighth of it.
  static let overlap = 0.9
  /// Percent of the loss by which its first order may differ: for small augmentations, and for those in use.
  static let (smallAugmentation, augmentation) = (-5.0...5.0, -10.0...10.0)
  /// Independent views have twice the loss of the best target; a fifth more or less is sampling.
  static let pairs = 1.6...2.4
}
