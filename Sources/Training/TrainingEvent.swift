public import SiamFeatures

/// An event that a `TrainingSession` passes to its listener.
///
/// The events of one step come in this order: `lost` for each image that it could not read, `gauges` and `collapse` if the outputs were measured, `step`, `epoch` if it
/// was an epoch's last, `checkpoint` if one was written.
public enum TrainingEvent: Sendable {
  /// The session is about to measure raw pixels and the untrained encoder, or to continue after earlier steps.
  case began(TrainingPosition)
  /// Images gone through for the baselines of what is measured during the training, of all that are.
  case measuring(done: Int, of: Int)
  /// A step was taken.
  case step(TrainingStep)
  /// The outputs of a step were measured: about once a second, and at the end of every epoch.
  case gauges(CollapseGauges)
  /// An image could not be read again, or has other pixels by now; another takes its place from here on.
  case lost(path: String, reason: String)
  /// An epoch ended; epoch 0 stands for the state before the first step.
  case epoch(EpochMetrics)
  /// Checkpoint and encoder were written to the run folder.
  case checkpoint(TrainingPosition)
  /// The features have collapsed; the training continues. Sent once for each kind.
  case collapse(Collapse)
  /// A number became NaN or infinite. The session throws the same value right after this event.
  case diverged(Diverged)
  /// The training is finished or was stopped; the last event.
  case ended(TrainingPosition)
}

/// The progress of a training.
public struct TrainingPosition: Sendable, Equatable {
  /// Steps taken, and the total.
  public let step, totalSteps: Int
  /// Steps in an epoch.
  public let stepsPerEpoch: Int

  /// The number of epochs completed.
  public var epoch: Int { step / stepsPerEpoch }
  /// Whether every step was taken.
  public var isFinished: Bool { step >= totalSteps }
}

/// A collapse of the projector's outputs, as `CollapseWatch` found it.
public struct Collapse: Sendable, Equatable {
  /// `.total` or `.dimensional`.
  public let kind: CollapseDiagnosis
  /// The outputs in which it was found.
  public let gauges: CollapseGauges
  /// The effective rank of the same batch's outputs in the run's first step, before any training.
  public let firstRank: Double?

  package init(kind: CollapseDiagnosis, gauges: CollapseGauges, firstRank: Double?) {
    (self.kind, self.gauges, self.firstRank) = (kind, gauges, firstRank)
  }
}
