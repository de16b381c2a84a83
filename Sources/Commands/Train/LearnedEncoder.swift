import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamTraining

/// How `siam train` comes to its encoder: patch features, a network, or a network beside patch features.
extension TrainCommand {
  /// Fits and trains what the run asks for.
  ///
  /// - Throws: `Failure` if a signal or a divergence ended it early.
  func learned(_ start: RunStart, _ measure: OnlineMeasure?, in folder: RunFolder) throws -> TrainedEncoder {
    let (store, record) = (start.store, start.record)
    let log = try record.tensorboard.map { path throws(FileError) in
      try EventFile(in: path, after: start.trainer?.step ?? 0)
    }
    guard record.configuration.fitsPatches else {
      return try trained(start, measure, in: folder, beside: nil, log)
    }
    let session = PatchSession(record.configuration, on: store, in: folder, measure: measure)
    let patches =
      try session.fitted() ?? run(session, PatchDisplay(session, on: LiveLine(on: .standard)), log)
    for line in notes(onLost: store) { Output.error.line(line) }
    try folder.list(skipped: store.bad.items + store.lostImages)
    return try trained(start, measure, in: folder, beside: patches, log)
  }

  /// The network, beside patch features if there are any; these alone where there is no network to train.
  private func trained(
    _ start: RunStart, _ measure: OnlineMeasure?, in folder: RunFolder, beside patches: TrainedEncoder?,
    _ log: EventFile?
  ) throws -> TrainedEncoder {
    let record = start.record
    guard let trainer = start.trainer else {
      guard let patches else { preconditionFailure("a run without an encoder") }
      return patches
    }
    let session = TrainingSession(
      trainer, in: folder, measure: measure, measureEvery: record.knnEvery,
      saveEvery: record.saveEverySeconds, keepEvery: record.keepEvery,
      beside: patches.map { ($0, record.configuration) })
    try run(session, TrainingDisplay(session, on: LiveLine(on: .standard)), log)
    return session.encoder
  }

  /// Trains to the end.
  ///
  /// - Throws: `Failure` if a signal or a divergence ended it early.
  private func run(
    _ session: TrainingSession, _ display: consuming TrainingDisplay, _ log: EventFile?
  ) throws {
    do {
      try session.run(
        until: { Interruption.signal != nil },
        listener: { event in
          display.show(event, of: session)
          try log?.note(event)
        })
    } catch let error as Diverged {
      throw Failure(
        .badData,
        "\(error); the last checkpoint is that of step \(session.savedStep) of \(session.position.totalSteps)"
      )
    }
    let position = session.position
    guard !position.isFinished, let signal = Interruption.signal else { return }
    throw Failure(
      .signal(signal),
      "\(Interrupted(signal: signal)) after step \(position.step) of \(position.totalSteps); to resume: "
        + "siam train \(shellWord(root)) -o \(shellWord(RunFolder(output).path)) --resume")
  }

  /// Fits patch features.
  ///
  /// - Throws: `Failure` if a signal ended it early.
  private func run(
    _ session: PatchSession, _ display: consuming PatchDisplay, _ log: EventFile?
  ) throws -> TrainedEncoder {
    do {
      return try session.run { event in
        display.show(event)
        switch event {
        // Beside a network its metrics are those of the run.
        case .baselines(let metrics), .ended(let metrics):
          if session.configuration.isPatches { try log?.note(metrics) }
        case .measuring, .fitting: break
        }
        try Interruption.check()
      }
    } catch let error as Interrupted {
      throw Failure(
        .signal(error.signal),
        "\(error) before the fit was complete; to begin it again: "
          + "siam train \(shellWord(root)) -o \(shellWord(RunFolder(output).path)) --resume")
    }
  }
}
