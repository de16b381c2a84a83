import SiamAugmentations
import SiamDatasets
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite(.serialized) struct TrainedEncoderTests {
  private func features(
    _ encoder: TrainedEncoder, _ store: ImageStore, _ readOut: ReadOut = .average, of indices: [Int]? = nil
  ) throws -> [Float] {
    try encoder.features(
      of: ImageSubset(store, indices ?? Array(0..<store.count)), readOuts: [readOut])[0]
  }

  @Test func `written and read, or read out of the checkpoint, it gives the same features`() throws {
    try withScratchFolder { scratch in
      try withSmallStore { store in
        var trainer = try smallTrainer(store)
        while !trainer.isFinished { _ = try trainer.advance() }
        let encoder = TrainedEncoder(trainer)
        try encoder.write(to: "\(scratch)/e.safetensors")
        try trainer.save(to: "\(scratch)/c.safetensors")
        let expected = try features(encoder, store)
        #expect(expected.count == store.count * encoder.dimension && encoder.dimension == 32)
        for name in ["e", "c"] {
          let read = try TrainedEncoder(contentsOf: "\(scratch)/\(name).safetensors")
          #expect(read.configuration == encoder.configuration)
          #expect(read.normalization == .grey)
          #expect(try features(read, store) == expected)
        }
        let untrained = try encoder.untrained(calibratedOn: store)
        #expect(try features(untrained, store) != expected)
      }
    }
  }

  @Test func `a picture's features depend on no other picture, and not on the threads`() throws {
    try withSmallStore { store in
      let encoder = try TrainedEncoder(smallTrainer(store)).untrained(calibratedOn: store)
      let all = try withThreadCount(2) { try features(encoder, store, .map(side: 2)) }
      let some = try withThreadCount(1) { try features(encoder, store, .map(side: 2), of: [20, 3]) }
      let each = all.count / store.count
      #expect(each == 4 * encoder.dimension)
      #expect(some == Array(all[20 * each..<21 * each] + all[3 * each..<4 * each]))
    }
  }

  @Test func `the map's cells average to the average, and a map of one cell is the average`() throws {
    try withSmallStore(each: 2) { store in
      let encoder = try TrainedEncoder(smallTrainer(store)).untrained(calibratedOn: store)
      let average = try features(encoder, store)
      #expect(try features(encoder, store, .map(side: 1)) == average)
      // The map of 16 px is 2 x 2: its cells are its pixels.
      let map = try features(encoder, store, .map(side: 2))
      for place in average.indices {
        let (row, channel) = (place / encoder.dimension, place % encoder.dimension)
        let cells = (0..<4).map { map[(row * 4 + $0) * encoder.dimension + channel] }
        #expect(abs(cells.reduce(0, +) / 4 - average[place]) <= 1e-5 * max(1, abs(average[place])))
      }
    }
  }

  @Test func `the untrained encoder is the seed's, with the pictures' statistics`() throws {
    try withSmallStore { store in
      var trainer = try smallTrainer(store)
      let fresh = try features(TrainedEncoder(trainer).untrained(calibratedOn: store), store)
      while !trainer.isFinished { _ = try trainer.advance() }
      // Neither training nor the trained statistics leave a trace.
      #expect(try features(TrainedEncoder(trainer).untrained(calibratedOn: store), store) == fresh)
      var configuration = smallConfiguration()
      configuration.seed = 6
      let other = try TrainedEncoder(smallTrainer(store, configuration)).untrained(calibratedOn: store)
      #expect(try features(other, store) != fresh)
      // Without statistics of the data it would be another network.
      let blind = TrainedEncoder(NetworkEncoder(untrained: smallConfiguration(), normalization: .grey))
      #expect(try features(blind, store) != fresh)
    }
  }

  @Test func `progress counts the pictures and may stop`() throws {
    struct Stop: Error {}
    try withSmallStore { store in
      let encoder = TrainedEncoder(try smallTrainer(store))
      var seen: [Int] = []
      _ = try encoder.features(of: ImageSubset(store, [1, 2, 3]), readOuts: [.average]) { seen.append($0) }
      #expect(seen == [3])
      #expect(throws: Stop.self) {
        try encoder.features(of: ImageSubset(store, [1]), readOuts: [.average]) { _ in throw Stop() }
      }
    }
  }
}
