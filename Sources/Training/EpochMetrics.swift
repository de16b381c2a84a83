package import SiamFeatures

/// The metrics of a training at the end of an epoch: a line of `metrics.jsonl`. Epoch 0 is before the first step.
public struct EpochMetrics: Codable, Sendable, Equatable {
  /// A share from 0 to 1 with its Wilson interval of 95 %.
  public struct Accuracy: Codable, Sendable, Equatable {
    /// The share of right answers, and the ends of its interval.
    public var value, low, high: Double
    /// The number of images that were classified, or searched for.
    public var queries: Int

    /// - Parameters:
    ///   - value: the share of right answers, from 0 to 1.
    ///   - low, high: the ends of its interval.
    ///   - queries: the number of images that were classified.
    package init(value: Double, low: Double, high: Double, queries: Int) {
      (self.value, self.low, self.high, self.queries) = (value, low, high, queries)
    }

    /// Creates it from a share of successes with its interval.
    package init(_ accuracy: Proportion) {
      self.init(
        value: accuracy.value, low: accuracy.interval.lowerBound, high: accuracy.interval.upperBound,
        queries: accuracy.total)
    }
  }

  /// The epoch, counted from 1, and the steps taken by its end.
  public var epoch, step: Int
  /// The mean loss of the epoch's steps.
  public var loss: Double?
  /// The learning rate of the epoch's last step.
  public var rate: Double?
  /// The spread, effective rank and common centre of the projector's outputs for the epoch's last batch; see
  /// `CollapseGauges`.
  public var std, rank, centre: Double?
  /// The accuracy of the online k-NN, in epochs that measured it, and that of raw pixels, in epoch 0.
  public var knn, rawKnn: Accuracy?
  /// The share of views that found their own image, see `ViewRetrieval`, where there is no k-NN: of the encoder, and of
  /// raw pixels in epoch 0.
  public var retrieval, rawRetrieval: Accuracy?
  /// The speed of the epoch's steps.
  public var imagesPerSecond: Double?
  /// Seconds since the epoch began, or since the run was resumed in it: by the clock, and of processor time over all
  /// threads.
  public var seconds, cpuSeconds: Double?
  /// The share of the steps' time spent on views, from 0 to 1.
  public var waiting: Double?
  /// A kind of collapse that was first found in this epoch, as `CollapseDiagnosis` names it.
  public var collapse: String?

  /// Creates the metrics of an epoch before anything is measured.
  package init(epoch: Int, step: Int) { (self.epoch, self.step) = (epoch, step) }

  private enum CodingKeys: String, CodingKey {
    case epoch, step, loss, rate, std, rank, centre, knn, rawKnn, retrieval, rawRetrieval, seconds,
      cpuSeconds, waiting, collapse
    case imagesPerSecond = "picturesPerSecond"
  }
}
