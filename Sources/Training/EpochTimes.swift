import Glibc

/// Measures where the time of an epoch goes.
struct EpochTimes {
  private let start = monotonicSeconds()
  private let processorStart = processorSeconds()
  private var steps = 0
  private var stepSeconds = 0.0, viewSeconds = 0.0

  /// Adds the times of a step.
  mutating func note(_ step: TrainingStep) {
    steps += 1
    stepSeconds += step.seconds
    viewSeconds += step.viewSeconds
  }

  /// The speed of the steps so far; nil before the first.
  func imagesPerSecond(batch: Int) -> Double? {
    steps > 0 ? Double(steps * batch) / stepSeconds : nil
  }

  /// The share of the steps' time spent on views, from 0 to 1; nil before the first step.
  var waiting: Double? { steps > 0 ? viewSeconds / stepSeconds : nil }
  /// Seconds since the epoch began.
  var seconds: Double { monotonicSeconds() - start }
  /// Seconds of processor time, over all threads, since the epoch began.
  var cpuSeconds: Double { processorSeconds() - processorStart }
}

/// Seconds of a monotonic clock.
func monotonicSeconds() -> Double { time(of: CLOCK_MONOTONIC) }

/// Seconds of processor time used by all threads so far.
private func processorSeconds() -> Double { time(of: CLOCK_PROCESS_CPUTIME_ID) }

private func time(of clock: clockid_t) -> Double {
  var time = timespec()
  unsafe clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
