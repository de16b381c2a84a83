import SiamDatasets
import SiamTraining

/// Prints a training as it happens: a live line on a terminal, a line for each epoch elsewhere, warnings on standard
/// error.
struct TrainingDisplay: ~Copyable {
  private let report: TrainingReport
  private let isInteractive: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let batch: Int
  private var live: LiveLine
  private var state = TrainingState()
  private var pace: Pace
  /// The images reported as lost.
  private var lost = 0
  private var warnings: TrainingWarnings
  /// When the next line within an epoch is due.
  private var nextLine: Double?

  /// Seconds until the first line between epochs, and from one to the next; the line's width.
  private static let (soon, between, plainWidth) = (4.0, 60.0, 120)

  /// - Parameter live: on standard output.
  init(_ session: TrainingSession, on live: consuming LiveLine) {
    report = TrainingReport(session.trainer)
    isInteractive = Terminal(.standard).isInteractive
    (start, batch) = (clock.now, session.trainer.loader.batch)
    self.live = live
    warnings = TrainingWarnings(session.trainer.configuration)
    pace = Pace(total: session.position.totalSteps * batch)
  }

  /// Prints an event, if it is worth a line.
  mutating func show(_ event: TrainingEvent, of session: TrainingSession) {
    switch event {
    case .began: break
    case .measuring(let done, let total): live.show(TrainingReport.measuring(done, of: total))
    case .gauges(let gauges): state.gauges = gauges
    case .collapse(let collapse):
      live.erase()
      Output.error.line(report.warning(collapse))
    case .lost(let path, let reason):
      live.erase()
      lost += 1
      if let line = report.lost(path, reason, number: lost) { Output.error.line(line) }
    case .step(let step): show(step, of: session)
    case .epoch(let epoch): show(epoch, of: session)
    case .checkpoint: break
    case .diverged, .ended: live.erase()
    }
  }

  /// Clears the live line.
  mutating func erase() { live.erase() }

  private mutating func show(_ step: TrainingStep, of session: TrainingSession) {
    let now = (clock.now - start) / .seconds(1)
    // The clock starts with the first step: what was measured before it says nothing about the steps.
    if pace.perSecond == nil { pace.note(done: (session.position.step - 1) * batch, at: now - step.seconds) }
    pace.note(done: session.position.step * batch, at: now)
    (state.step, state.epoch, state.loss) = (session.position.step, step.epoch, step.meanLoss)
    (state.imagesPerSecond, state.waiting) = (session.imagesPerSecond, session.waiting ?? 0)
    state.secondsLeft = pace.secondsLeft
    live.show(report.live(state, width: Terminal(.standard).width))
    // Elsewhere a line now and then, the first one soon: an epoch can take an hour.
    let due = nextLine ?? now + Self.soon
    nextLine = now < due ? due : now + Self.between
    guard !isInteractive, now >= due else { return }
    live.print(report.live(state, width: Self.plainWidth))
  }

  private mutating func show(_ epoch: EpochMetrics, of session: TrainingSession) {
    let warnings = warnings.note(epoch)
    if !warnings.isEmpty { live.erase() }
    for line in warnings { Output.error.line(line) }
    (state.knn, state.retrieval) = (epoch.knn ?? state.knn, epoch.retrieval ?? state.retrieval)
    if epoch.epoch > 0 {
      if !isInteractive || session.position.isFinished { live.print(report.ended(epoch)) }
      nextLine = (clock.now - start) / .seconds(1) + Self.between
    } else if let measure = session.measure {
      live.erase()
      for line in TrainingReport.baselines(measure, epoch) { live.print(line) }
    }
  }
}
