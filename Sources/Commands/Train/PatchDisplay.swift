import SiamTraining

/// Prints a fit of patch features as it happens.
struct PatchDisplay: ~Copyable {
  private let measure: OnlineMeasure?
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var live: LiveLine
  private var pace: Pace?

  /// - Parameter live: on standard output.
  init(_ session: PatchSession, on live: consuming LiveLine) {
    (measure, start) = (session.measure, clock.now)
    self.live = live
  }

  /// Prints an event, if it is worth a line.
  mutating func show(_ event: PatchSession.Event) {
    switch event {
    case .measuring(let done, let total): live.show(TrainingReport.measuring(done, of: total))
    case .baselines(let metrics):
      live.erase()
      guard let measure else { return }
      for line in TrainingReport.baselines(measure, metrics) { live.print(line) }
    case .fitting(let done, let total):
      var pace = pace ?? Pace(total: total)
      pace.note(done: done, at: (clock.now - start) / .seconds(1))
      self.pace = pace
      let left = pace.secondsLeft.map { "  \(timeText($0)) left" } ?? ""
      live.show("fitting: \(done) of \(total) pictures in all passes\(left)")
    case .ended(let metrics):
      live.erase()
      live.print(TrainingReport.fitted(metrics))
    }
  }
}
