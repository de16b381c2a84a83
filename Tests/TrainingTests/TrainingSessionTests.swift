import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite(.serialized) struct TrainingSessionTests {
  private struct Stop: Error {}

  /// An event's name, with what tells it apart.
  private func name(_ event: TrainingEvent) -> String {
    switch event {
    case .began(let position): "began \(position.step)"
    case .measuring(let done, let total): "measuring \(done)/\(total)"
    case .step(let step): "step \(step.step)"
    case .gauges: "gauges"
    case .epoch(let epoch): "epoch \(epoch.epoch)"
    case .checkpoint(let position): "checkpoint \(position.step)"
    case .lost(let path, _): "lost \(path)"
    case .collapse(let collapse): "collapse \(collapse.kind.rawValue)"
    case .diverged(let diverged): "diverged \(diverged.step)"
    case .ended(let position): "ended \(position.step)"
    }
  }

  /// A begun run's folder, and a training of three epochs of two steps on the store.
  private func withRun(
    _ body: (_ folder: RunFolder, _ store: ImageStore) throws -> Void
  ) throws {
    try withSmallStore(each: 6) { store in
      try withScratchFolder { scratch in
        let folder = RunFolder("\(scratch)/run")
        try folder.begin(smallRecord(store), bad: [])
        try body(folder, store)
      }
    }
  }

  @Test func `the baselines before the first step are measured in sight, all images of them`() throws {
    try withRun { folder, store in
      let measure = try #require(OnlineKNN(store, seed: 5))
      let session = TrainingSession(try smallTrainer(store), in: folder, measure: .knn(measure))
      var (progress, measured): ([(done: Int, total: Int)], Int?) = ([], nil)
      try session.run { event in
        switch event {
        case .measuring(let done, let total): progress.append((done, total))
        case .epoch(let epoch) where epoch.epoch == 0: measured = progress.count
        default: break
        }
      }
      // Raw pixels and the untrained network, on the bank and on the queries.
      let total = 2 * (measure.split.bank.count + measure.split.queries.count)
      #expect(progress.allSatisfy { $0.total == total } && measured == progress.count)
      #expect(progress.first?.done == 0 && progress.last?.done == total)
      #expect(zip(progress, progress.dropFirst()).allSatisfy { $0.done <= $1.done })
    }
  }

  @Test func `no checkpoint of a finished training lacks its components`() throws {
    try withRun { folder, store in
      let session = TrainingSession(try smallTrainer(store), in: folder, saveEvery: 0)
      var finished: [[UInt8]] = []
      try session.run { event in
        guard case .checkpoint(let position) = event, position.isFinished else { return }
        finished.append(try TrainedEncoder(contentsOf: folder.checkpoint).encoded)
      }
      #expect(!finished.isEmpty && finished.allSatisfy { $0 == session.encoder.encoded })
    }
  }

  @Test func `the events of a run come in order, and its folder is written as they say`() throws {
    try withRun { folder, store in
      let session = TrainingSession(try smallTrainer(store), in: folder, saveEvery: 0)
      var events: [String] = []
      try session.run { event in
        events.append(name(event))
        if case .checkpoint(let position) = event {
          let written = try CheckpointSummary(contentsOf: folder.checkpoint).step
          #expect(written == position.step && session.savedStep == position.step)
        }
        if case .epoch(let epoch) = event {
          let written = try folder.epochs().last
          #expect(written == epoch)
        }
      }
      #expect(
        events == [
          "began 0", "checkpoint 0", "epoch 0", "gauges", "step 0", "checkpoint 1", "gauges", "step 1",
          "epoch 1", "checkpoint 2", "step 2", "checkpoint 3", "gauges", "step 3", "epoch 2", "checkpoint 4",
          "step 4", "checkpoint 5", "gauges", "step 5", "epoch 3", "checkpoint 6", "checkpoint 6", "ended 6",
        ])
      #expect(session.position.isFinished)
      #expect(try readFile(folder.encoder) == session.encoder.encoded)
      #expect(try folder.epochs().map(\.step) == [0, 2, 4, 6])
    }
  }

  @Test func `nothing that a session does beside training changes a bit of it`() throws {
    try withRun { folder, store in
      var trainer = try smallTrainer(store)
      while !trainer.isFinished { _ = try trainer.advance() }
      let plain = TrainingSession(try smallTrainer(store), watchesForCollapse: false)
      var events: [String] = []
      try plain.run { events.append(name($0)) }
      #expect(
        events == [
          "began 0", "epoch 0", "step 0", "step 1", "epoch 1", "step 2", "step 3", "epoch 2", "step 4",
          "step 5", "epoch 3", "ended 6",
        ])
      let knn = try #require(OnlineKNN(store, seed: 1))
      let full = TrainingSession(try smallTrainer(store), in: folder, measure: .knn(knn), saveEvery: 0)
      try full.run { _ in }
      for session in [plain, full] {
        #expect(sameBits(session.trainer.parameters.values, trainer.parameters.values))
      }
      #expect(try folder.epochs().allSatisfy { $0.knn != nil && ($0.rawKnn != nil) == ($0.epoch == 0) })
    }
  }

  @Test(
    "told to stop, or by an error of the listener, it writes the checkpoint and goes on from there",
    arguments: [true, false])
  func stop(throwing: Bool) throws {
    try withRun { folder, store in
      var whole = try smallTrainer(store)
      while !whole.isFinished { _ = try whole.advance() }
      let session = TrainingSession(try smallTrainer(store), in: folder)
      var isAsked = false
      var last = ""
      // In the last step of an epoch, whose line must be written all the same.
      let run = {
        func listen(_ event: TrainingEvent) throws {
          last = name(event)
          guard case .step(let step) = event, step.step == 3 else { return }
          if throwing { throw Stop() }
          isAsked = true
        }
        try session.run(until: { isAsked }, listener: listen)
      }
      if throwing { #expect(throws: Stop.self) { try run() } } else { try run() }
      #expect(session.position.step == 4 && last == (throwing ? "step 3" : "ended 4"))
      #expect(try CheckpointSummary(contentsOf: folder.checkpoint).step == 4)
      #expect(try folder.epochs().map(\.epoch) == [0, 1, 2])
      var trainer = try smallTrainer(store)
      try trainer.restore(from: folder.checkpoint)
      let resumed = TrainingSession(trainer, in: folder)
      try resumed.run { _ in }
      // The same session goes on as well.
      try session.run { _ in }
      for session in [session, resumed] {
        #expect(sameBits(session.trainer.parameters.values, whole.parameters.values))
      }
    }
  }

  @Test func `told to stop while the beginning is measured, it has taken no step`() throws {
    try withRun { folder, store in
      let knn = try #require(OnlineKNN(store, seed: 1))
      let session = TrainingSession(try smallTrainer(store), in: folder, measure: .knn(knn))
      var events: [String] = []
      try session.run(until: { true }, listener: { events.append(name($0)) })
      #expect(events == ["began 0", "checkpoint 0", "measuring 0/36", "checkpoint 0", "ended 0"])
      #expect(try folder.epochs().isEmpty)
    }
  }

  @Test func `a divergence is told and thrown, and the last checkpoint stays`() throws {
    try withRun { folder, store in
      var configuration = smallConfiguration(epochs: 200)
      (configuration.baseRate, configuration.weightDecay) = (1e30, 1)
      let session = TrainingSession(try smallTrainer(store, configuration), in: folder)
      var told: Diverged?
      let thrown = #expect(throws: Diverged.self) {
        try session.run { if case .diverged(let diverged) = $0 { told = diverged } }
      }
      #expect(told != nil && told == thrown)
      #expect(try CheckpointSummary(contentsOf: folder.checkpoint).step == session.savedStep)
      #expect(session.savedStep == 0)
    }
  }

  @Test func `a collapse is told once, with the rank of the first step, after a resume too`() throws {
    try withRun { folder, store in
      var configuration = smallConfiguration(epochs: 20)
      configuration.initializer = .zero
      let session = TrainingSession(try smallTrainer(store, configuration), in: folder)
      var found: [Collapse] = []
      try session.run { if case .collapse(let collapse) = $0 { found.append(collapse) } }
      #expect(found.map(\.kind) == [.total] && found[0].firstRank != nil)
      #expect(try folder.epochs().compactMap(\.collapse) == ["total"])
      var trainer = try smallTrainer(store, configuration)
      for _ in 0..<4 { _ = try trainer.advance() }
      let later = TrainingSession(trainer)
      var again: [Collapse] = []
      try later.run { if case .collapse(let collapse) = $0 { again.append(collapse) } }
      #expect(again.map(\.firstRank) == found.map(\.firstRank))
    }
  }

  @Test func `a checkpoint that cannot be written ends the training with its error`() throws {
    try withRun { folder, store in
      let session = TrainingSession(try smallTrainer(store), in: folder, saveEvery: 0)
      var events: [String] = []
      #expect(throws: FileError.self) {
        try session.run { event in
          events.append(name(event))
          if case .step = event {
            // A folder cannot be replaced by a file.
            try removeFile(folder.checkpoint)
            try makeFolder(folder.checkpoint)
          }
        }
      }
      #expect(events.last == "step 0" && session.position.step == 1 && session.savedStep == 0)
    }
  }

  @Test func `a program begins a run in a folder, and resumes it to the same bits`() throws {
    try withSmallStore(each: 6) { store in
      try withScratchFolder { scratch in
        let (whole, broken) = (RunFolder("\(scratch)/whole"), RunFolder("\(scratch)/broken"))
        try TrainingSession(smallConfiguration(), on: store, in: whole).run { _ in }
        do {
          let session = try TrainingSession(smallConfiguration(), on: store, in: broken)
          try session.run(until: { session.position.step == 3 }, listener: { _ in })
          #expect(throws: RunInUse.self) { _ = try TrainingSession(resuming: broken, on: store) }
        }
        let session = try TrainingSession(resuming: broken, on: store)
        #expect(session.position.step == 3)
        try session.run { _ in }
        #expect(try readFile(whole.checkpoint) == readFile(broken.checkpoint))
        #expect(try broken.record().resumed == [3] && broken.epochs().map(\.epoch) == [0, 1, 2, 3])
        #expect(try broken.epochs().map(\.knn) == whole.epochs().map(\.knn))
        #expect(throws: RunFolderError.holdsRun(path: whole.path)) {
          _ = try TrainingSession(smallConfiguration(), on: store, in: whole)
        }
        let again = try TrainingSession(smallConfiguration(epochs: 1), on: store, in: whole, replacing: true)
        #expect(again.position.totalSteps == 2)
        let none = RunFolder("\(scratch)/none")
        #expect(throws: RunFolderError.noRun(path: none.path)) {
          _ = try TrainingSession(resuming: none, on: store)
        }
      }
    }
  }

  @Test func `what cannot be trained is an error, and makes no folder`() throws {
    try withSmallStore(each: 6) { store in
      try withScratchFolder { scratch in
        var configuration = smallConfiguration()
        configuration.encoder.width = 0
        #expect(throws: TrainingError.self) {
          _ = try TrainingSession(configuration, on: store, in: RunFolder("\(scratch)/run"))
        }
        #expect(try !fileExists("\(scratch)/run"))
        configuration = smallConfiguration(batch: 1000)
        let session = try TrainingSession(configuration, on: store)
        #expect(session.trainer.configuration.batch == store.count)
      }
    }
  }
}
