import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite struct SplitTests {
  @Test("every picture is on one side, a fifth with the queries", arguments: [2, 3, 5, 10, 57, 1000])
  func sides(count: Int) {
    let split = Split.heldOut(of: count)
    #expect((split.bank + split.queries).sorted() == Array(0..<count))
    #expect(split.queries.count == max(1, Int((Double(count) / 5).rounded())) && !split.bank.isEmpty)
    #expect(split.queries == split.queries.sorted())
  }

  @Test func `it is a function of number and seed`() {
    #expect(Split.heldOut(of: 100, seed: 1).queries == Split.heldOut(of: 100, seed: 1).queries)
    #expect(Split.heldOut(of: 100, seed: 1).queries != Split.heldOut(of: 100, seed: 2).queries)
    #expect(Split.heldOut(of: 100, share: 0.5).queries.count == 50)
  }
}

@Suite struct EvaluationTests {
  private let votes = [1, 5].map { NearestNeighbourVote(k: $0, temperature: 0.07) }

  @Test func `raw pixels are judged as their table is`() throws {
    try withSmallStore { store in
      let split = Split.heldOut(of: store.count)
      let evaluation = Evaluation(
        bank: ImageSubset(store, split.bank), queries: ImageSubset(store, split.queries), votes: votes)
      let row = try evaluation.rawPixels(normalization: .grey, size: 16)
      func table(_ indices: [Int]) throws -> FeatureTable {
        ImageSubset(store, indices).table(
          try ViewLoader.images(indices, of: store, normalization: .grey, size: 16).values)
      }
      #expect(try row.scores == classify(table(split.queries), by: table(split.bank), votes: votes))
      #expect(row.dimension == 16 * 16 * 3 && row.encoder == "raw pixels" && row.readOut == "16x16")
      #expect(try evaluation.rawPixels(normalization: .grey, size: 100).readOut == "32x32")
    }
  }

  @Test func `an encoder has a row a read-out, as its features say`() throws {
    try withSmallStore { store in
      let encoder = try TrainedEncoder(smallTrainer(store)).untrained(calibratedOn: store)
      let split = Split.heldOut(of: store.count)
      let evaluation = Evaluation(
        bank: ImageSubset(store, split.bank), queries: ImageSubset(store, split.queries), votes: votes)
      var progress: [Int] = []
      let rows = try evaluation.rows(of: encoder, named: "untrained encoder") { progress.append($0) }
      #expect(rows.map(\.readOut) == ["average", "map 2x2"] && rows.map(\.dimension) == [32, 128])
      #expect(progress.last == store.count)
      for (row, readOut) in zip(rows, [ReadOut.average, .map(side: 2)]) {
        func table(_ indices: [Int]) throws -> FeatureTable {
          let images = ImageSubset(store, indices)
          return images.table(try encoder.features(of: images, readOuts: [readOut])[0])
        }
        #expect(try row.scores == classify(table(split.queries), by: table(split.bank), votes: votes))
      }
    }
  }

  @Test func `a bank that holds the queries themselves is classified without error`() throws {
    try withSmallStore { store in
      let encoder = try TrainedEncoder(smallTrainer(store)).untrained(calibratedOn: store)
      let all = ImageSubset(store)
      let evaluation = Evaluation(bank: all, queries: all, votes: [votes[0]])
      for row in try evaluation.rows(of: encoder, named: "") + [
        evaluation.rawPixels(normalization: .grey, size: 28)
      ] {
        #expect(row.scores[0].accuracy == Proportion(store.count, of: store.count))
      }
    }
  }
}

@Suite struct OnlineKNNTests {
  @Test func `bank and queries are held-out sides, cut to what is asked`() throws {
    try withSmallStore(each: 10) { store in
      let knn = try #require(OnlineKNN(store, seed: 4))
      #expect(knn.split.queries.count == 6 && knn.split.bank.count == 24)
      let small = try #require(OnlineKNN(store, bank: 7, queries: 3, seed: 4))
      #expect(small.split.queries.count == 3 && small.split.bank.count == 7)
      #expect(Set(small.split.bank).isSubset(of: knn.split.bank))
      #expect(Set(small.split.queries).isSubset(of: knn.split.queries))
      // Judging all of a folder costs a sixth of an epoch: every third epoch is a twentieth.
      #expect(knn.defaultInterval == 3 && small.defaultInterval == 1)
      let encoder = try TrainedEncoder(smallTrainer(store)).untrained(calibratedOn: store)
      let evaluation = Evaluation(
        bank: ImageSubset(store, knn.split.bank), queries: ImageSubset(store, knn.split.queries),
        votes: [knn.vote])
      #expect(
        try knn.accuracy(encoder) == evaluation.rows(of: encoder, named: "")[0].scores[0].accuracy)
      #expect(
        try knn.rawAccuracy(normalization: .grey, size: 16)
          == evaluation.rawPixels(normalization: .grey, size: 16).scores[0].accuracy)
    }
  }

  @Test func `without two classes, or with too few pictures, there is none`() throws {
    try withScratchFolder { root in
      try copyImages(to: "\(root)/flat", classes: [], each: 12)
      try copyImages(to: "\(root)/one", classes: ["bag"], each: 12)
      try makeFolder("\(root)/one/empty")
      try copyImages(to: "\(root)/few", each: 3)
      for name in ["flat", "one", "few"] {
        #expect(OnlineKNN(try ImageStore(ImageFolder("\(root)/\(name)")), seed: 0) == nil, "\(name)")
      }
    }
  }
}
