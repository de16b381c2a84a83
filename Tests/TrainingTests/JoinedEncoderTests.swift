import SiamDatasets
import SiamMethods
import TestSupport
import Testing

@testable import SiamTraining

/// Encoders side by side.
@Suite(.serialized) struct JoinedEncoderTests {
  @Test(
    "the longer a network has learned, the larger is its part beside others",
    arguments: [
      (0, 0.5), (200_000, 0.5), (400_000, 0.5), (894_427, 0.65), (2_000_000, 0.8), (50_000_000, 0.8),
    ])
  func share(imagesSeen: Int, length: Double) {
    #expect(abs(Double(TrainedEncoder.networkShare(imagesSeen: imagesSeen)) - length) < 1e-5)
  }

  @Test func `an encoder keeps how many images it has seen, in its file and out of a checkpoint`() throws {
    try withScratchFolder { scratch in
      try withSmallStore { store in
        var trainer = try smallTrainer(store)
        while !trainer.isFinished { _ = try trainer.advance() }
        let seen = trainer.totalSteps * trainer.loader.batch
        try TrainedEncoder(trainer).write(to: "\(scratch)/e.safetensors")
        try trainer.save(to: "\(scratch)/c.safetensors")
        for name in ["e", "c"] {
          guard
            case .network(let network) = try TrainedEncoder(contentsOf: "\(scratch)/\(name).safetensors").body
          else {
            Issue.record("no network")
            continue
          }
          #expect(network.imagesSeen == seen)
          // What goes on from it has seen those images too.
          let next = Trainer(smallConfiguration(epochs: 1), store: store, from: network)
          #expect(NetworkEncoder(next).imagesSeen == seen)
        }
      }
    }
  }

  @Test func `each part of a joined vector has its own length, and the same direction as alone`() throws {
    try withSmallStore { store in
      let networks = try [3, 4].map { seed in
        var configuration = smallConfiguration()
        configuration.seed = UInt64(seed)
        return try TrainedEncoder(smallTrainer(store, configuration)).untrained(calibratedOn: store)
      }
      let joined = try TrainedEncoder.joining(networks)
      let all = ImageSubset(store)
      let features = try joined.features(of: all, readOuts: joined.readOuts([.joined]))[0]
      let each = networks[0].dimension
      #expect(joined.dimension == 2 * each && features.count == store.count * 2 * each)
      for (part, network) in networks.enumerated() {
        let own = try network.features(of: all, readOuts: [network.preferred])[0]
        for row in 0..<store.count {
          let vector = own[row * each..<(row + 1) * each].map(Double.init)
          let norm = vector.map { $0 * $0 }.reduce(0, +).squareRoot()
          let start = (2 * row + part) * each
          let found = features[start..<start + each].map(Double.init)
          #expect(zip(vector, found).allSatisfy { abs($0 / norm / 2 - $1) < 1e-6 })
        }
      }
    }
  }
}
