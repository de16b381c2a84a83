import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import TestSupport
import Testing

@testable import SiamTraining

@Suite(.serialized) struct LostImagesTrainingTests {
  private func store(_ root: String, _ share: Double = 0.2) throws -> ImageStore {
    try ImageStore(ImageFolder(root), reading: ImageReading(maximumBadShare: share), memory: 0)
  }

  @Test func `a training goes on without an image that goes, and resumed without it ends with the same bits`()
    throws
  {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 6)
      let (whole, broken) = (RunFolder("\(scratch)/whole"), RunFolder("\(scratch)/broken"))
      var configuration = smallConfiguration()
      configuration.batch = 4
      let path = try store(root).folder.path(at: 5)
      let bytes = try readFile(path)

      // One run loses the image after step 5 and goes on; the other is stopped there, and resumed without it.
      var told: [String] = []
      let session = try TrainingSession(configuration, on: store(root), in: whole)
      try session.run { event in
        if case .step(let step) = event, step.step == 4 { try removeFile(path) }
        if case .lost(let path, let reason) = event { told.append("\(path): \(reason)") }
      }
      let lost = "bag/\(path.split(separator: "/").last ?? "")"
      #expect(told == ["\(lost): cannot open: No such file or directory"])
      #expect(session.position.isFinished)
      #expect(try readFile(whole.skipped) == Array("\(told[0])\n".utf8))

      try writeFile(path, bytes)
      do {
        let session = try TrainingSession(configuration, on: store(root), in: broken)
        try session.run(until: { session.position.step == 5 }, listener: { _ in })
      }
      try removeFile(path)
      // A new bad file in front changes the numbers in the folder, but not those of the run.
      try writeFile("\(root)/bag/!.png", "no picture")
      do {
        let resumed = try TrainingSession(resuming: broken, on: store(root))
        try resumed.run { _ in }
      }
      #expect(try readFile(whole.checkpoint) == readFile(broken.checkpoint))

      // Another folder must have all of them while the first is there.
      try copyImages(to: "\(scratch)/other", each: 5)
      #expect(throws: CheckpointError.self) {
        _ = try TrainingSession(resuming: broken, on: store("\(scratch)/other"))
      }
    }
  }

  @Test func `too many lost images end a training with its checkpoint, and keep it from being resumed`()
    throws
  {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", RunFolder("\(scratch)/run"))
      try copyImages(to: root, each: 6)
      let images = try store(root)
      do {
        let session = try TrainingSession(smallConfiguration(), on: images, in: run)
        #expect(throws: TooManyBadImages.self) {
          try session.run { event in
            guard case .step(let step) = event, step.step == 1 else { return }
            for index in 0..<5 { try removeFile(images.folder.path(at: index)) }
          }
        }
        #expect(session.savedStep >= 2)
      }
      #expect(throws: TooManyBadImages.self) { _ = try TrainingSession(resuming: run, on: store(root, 0.2)) }
      let session = try TrainingSession(resuming: run, on: store(root, 0.5))
      try session.run { _ in }
      #expect(session.position.isFinished)
    }
  }

  @Test func `features have no rows of images that went, and a comparison counts only what is there`() throws
  {
    try withScratchFolder { root in
      try copyImages(to: root, each: 6)
      let images = try store(root)
      let encoder = TrainedEncoder(try smallTrainer(images))
      let before = try encoder.features(of: images)
      let evaluation = Evaluation(train: images, votes: [NearestNeighbourVote(k: 1, temperature: 0.1)])
      let gone = [evaluation.bank.indices[0], evaluation.queries.indices[1]].sorted()
      for index in gone { try removeFile(images.folder.path(at: index)) }
      let after = try encoder.features(of: images)
      #expect(after == before.rows((0..<18).filter { !gone.contains($0) }))
      let raw = try evaluation.rawPixels(as: encoder)
      let rows = try evaluation.rows(of: encoder, named: "")
      for row in [raw] + rows {
        #expect(row.scores[0].accuracy.total == evaluation.queries.count - 1)
      }
    }
  }
}
