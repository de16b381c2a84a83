import SiamAugmentations
import SiamDatasets
import SiamFeatures
import SiamImages
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite struct BaselinesTests {
  private func sides(_ store: ImageStore) -> (bank: ImageSubset, queries: ImageSubset) {
    let sides = EvaluationSides(train: store, test: nil)
    return (sides.bank, sides.queries)
  }

  @Test func `each has a row, judged as its vectors are`() throws {
    try withSmallStore(each: 4) { store in
      let (bank, queries) = sides(store)
      let votes = [1, 5].map { NearestNeighbourVote(k: $0, temperature: 0.07) }
      let evaluation = Evaluation(bank: bank, queries: queries, votes: votes)
      let baselines: [any Baseline] = [try PixelComponents(fittedTo: bank), GradientFeatures()]
      for baseline in baselines {
        var progress: [Int] = []
        let row = try evaluation.row(of: baseline) { progress.append($0) }
        #expect(progress == [bank.count, store.count])
        let (known, asked) = try (baseline.features(of: bank), baseline.features(of: queries))
        #expect(try row.scores == classify(queries.table(asked), by: bank.table(known), votes: votes))
        #expect(row.encoder == baseline.name && row.readOut == baseline.readOut)
        #expect(row.dimension == known.count / bank.count)
      }
      #expect(baselines.map(\.name) == ["pixel PCA", "HOG"])
    }
  }

  @Test func `principal components are those of the bank alone`() throws {
    try withSmallStore(each: 4) { store in
      let (bank, queries) = sides(store)
      let alone = try PixelComponents(fittedTo: bank)
      // One direction fewer than images.
      #expect(try alone.features(of: bank).count == bank.count * (bank.count - 1))
      let more = try PixelComponents(fittedTo: ImageSubset(store))
      #expect(try alone.features(of: queries) != more.features(of: queries))
      #expect(try alone.features(of: queries) == PixelComponents(fittedTo: bank).features(of: queries))
      // A bank of one image has no direction at all.
      #expect(try PixelComponents(fittedTo: bank[0..<1]).features(of: bank[0..<2]) == [0, 0])
    }
  }

  @Test func `raw pixels are what the encoder sees, up to 32 pixels`() throws {
    try withSmallStore(each: 2) { store in
      let images = ImageSubset(store)
      let raw = RawPixels(size: 16, normalization: .grey)
      let expected = try ViewLoader.images(images.indices, of: store, normalization: .grey, size: 16).values
      #expect(try raw.features(of: images) == expected && raw.readOut == "16x16")
      #expect(RawPixels(size: 100, normalization: .grey).size == 32)
    }
  }

  @Test func `raw pixels are normalised in the way of a few that does best on the bank`() throws {
    let store = try ImageStore(try ImageFolder(dataPath("fashion-mini/test")))
    let bank = ImageSubset(store, (0..<300).map { $0 * store.count / 300 })
    // Vectors far from the origin all point the same way: no vote can be worse.
    let far = Normalization(mean: [400, 400, 400], deviation: [1, 1, 1])
    let chosen = try RawPixels(bestOn: bank, size: 28, or: far)
    #expect(chosen.normalization != far && chosen.size == 28)
    #expect(try RawPixels(bestOn: bank, size: 28, or: far).normalization == chosen.normalization)
    // Where nothing is better the usual one stays.
    #expect(
      try RawPixels(bestOn: bank, size: 28, or: chosen.normalization).normalization == chosen.normalization)
    let queries = ImageSubset(store, (0..<300).map { $0 * store.count / 300 + 1 })
    let evaluation = Evaluation(
      bank: bank, queries: queries, votes: [NearestNeighbourVote(k: 20, temperature: 0.07)])
    func right(_ normalization: Normalization) throws -> Int {
      try evaluation.rawPixels(normalization: normalization, size: 28).scores[0].accuracy.successes
    }
    #expect(try right(chosen.normalization) > right(far))
    #expect(try evaluation.rawPixels(normalization: .grey, size: 28).normalization == .grey)
  }
}
