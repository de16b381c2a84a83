import SiamAugmentations
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

@Suite struct ViewRetrievalTests {
  /// Vectors that tell nothing.
  private struct Constant: Baseline {
    let name = "constant", size = 8
    func vectors(of images: Tensor) -> Tensor {
      Tensor([images.shape[0], 2], [Float](repeating: 1, count: 2 * images.shape[0]))
    }
  }

  @Test func `views that change nothing find all images, and features that are all the same one`() throws {
    try withSmallStore { store in
      let plain = try #require(ViewRetrieval(ImageSubset(store), recipe: Recipe([])))
      let encoder = try TrainedEncoder(smallTrainer(store)).untrained(calibratedOn: store)
      let rows = try plain.rows(of: encoder, readOuts: [.average, .map(side: 2)], named: "untrained encoder")
      #expect(rows.map(\.dimension) == [32, 128] && rows.map(\.readOut) == ["average", "map 2x2"])
      for row in try rows + [plain.row(of: RawPixels(as: encoder))] {
        #expect(row.found == Proportion(store.count, of: store.count))
      }
      // Equally near ones count in their order.
      #expect(try plain.row(of: Constant()).found == Proportion(1, of: store.count))
    }
  }

  @Test func `a view finds its image where it is nearer than any other`() throws {
    try withSmallStore { store in
      let retrieval = try #require(ViewRetrieval(ImageSubset(store), recipe: .grey))
      let raw = RawPixels(size: 16, normalization: .grey)
      let (known, asked) = try (raw.features(of: retrieval.images), raw.features(of: retrieval.views))
      let (d, n) = (16 * 16 * 3, store.count)
      func row(_ all: [Float], _ index: Int) -> [Double] { all[index * d..<(index + 1) * d].map(Double.init) }
      func cosine(_ a: [Double], _ b: [Double]) -> Double {
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
      }
      let found = (0..<n).count { view in
        let similarities = (0..<n).map { cosine(row(asked, view), row(known, $0)) }
        return similarities.firstIndex(of: similarities.max() ?? 0) == view
      }
      #expect(try retrieval.row(of: raw).found == Proportion(found, of: n))
      #expect(0 < found && found < n)
    }
  }

  @Test func `it takes so many images at most, always the same, and two at least`() throws {
    try withSmallStore { store in
      let images = ImageSubset(store)
      let some = try #require(ViewRetrieval(images, recipe: .grey, most: 5))
      #expect(some.images.count == 5 && some.views.indices == some.images.indices && some.total == 10)
      #expect(some.images.view == nil && some.views.view?.recipe == .grey)
      #expect(ViewRetrieval(images, recipe: .grey, most: 5)?.images.indices == some.images.indices)
      #expect(ViewRetrieval(images[0..<1], recipe: .grey) == nil)
    }
  }
}

@Suite(.serialized) struct OnlineMeasureTests {
  /// Images without classes.
  private func withFlatStore(each count: Int = 12, _ body: (ImageStore) throws -> Void) throws {
    try withScratchFolder { root in
      try copyImages(to: root, classes: [], each: count)
      try body(ImageStore(ImageFolder(root)))
    }
  }

  @Test func `it is k-NN with classes, view retrieval without, and nothing for one image`() throws {
    try withSmallStore { store in
      guard case .knn(let knn)? = OnlineMeasure(store, recipe: .grey, seed: 3) else {
        Issue.record("no k-NN")
        return
      }
      #expect(knn.split.queries == OnlineKNN(store, seed: 3)?.split.queries)
    }
    try withFlatStore { store in
      let measure = try #require(OnlineMeasure(store, recipe: .grey, seed: 3))
      guard case .retrieval(let retrieval) = measure else {
        Issue.record("no view retrieval")
        return
      }
      // Images and views cost a third of an epoch: every seventh epoch is a twentieth.
      #expect(retrieval.images.count == store.count && measure.defaultInterval == 7)
    }
    try withFlatStore(each: 1) { #expect(OnlineMeasure($0, recipe: .grey, seed: 3) == nil) }
  }

  @Test func `a training without classes measures retrieval, raw pixels and untrained first`() throws {
    try withFlatStore { store in
      try withScratchFolder { scratch in
        let session = try TrainingSession(
          smallConfiguration(), on: store, in: RunFolder("\(scratch)/run"), knnEvery: 2)
        try session.run { _ in }
        let epochs = try RunFolder("\(scratch)/run").epochs()
        #expect(epochs.map { $0.retrieval != nil } == [true, false, true, true])
        #expect(epochs.map { $0.rawRetrieval != nil } == [true, false, false, false])
        #expect(epochs.allSatisfy { $0.knn == nil && $0.rawKnn == nil })
        let retrieval = try #require(ViewRetrieval(ImageSubset(store), recipe: .grey))
        let last = try retrieval.rows(of: session.encoder, readOuts: [.average], named: "")[0]
        #expect(epochs.last?.retrieval == .init(last.found))
        #expect(epochs[0].rawRetrieval?.queries == store.count)
        let text = String(decoding: try readFile(RunFolder("\(scratch)/run").metrics), as: UTF8.self)
        #expect(text.contains("\"raw_retrieval\":{") && text.contains("\"retrieval\":{"))
      }
    }
  }

  @Test func `so does a fit of patch features`() throws {
    try withFlatStore { store in
      var configuration = TrainingConfiguration()
      configuration.method = Patches.name
      configuration.recipe = .grey
      configuration.encoder.size = 16
      for (name, value) in [("scales", 1), ("atoms", 32), ("rank", 16), ("embedding", 16), ("components", 8)]
      {
        let option = try #require(Patches.options.first { $0.name == name })
        configuration.options[option] = .number(Double(value))
      }
      let measure = try #require(OnlineMeasure(store, recipe: .grey, seed: 0))
      var metrics: [EpochMetrics] = []
      _ = try PatchSession(configuration, on: store, measure: measure).run { event in
        switch event {
        case .baselines(let epoch), .ended(let epoch): metrics.append(epoch)
        case .measuring, .fitting: break
        }
      }
      #expect(metrics.map { $0.retrieval?.queries } == [12, 12] && metrics[0].rawRetrieval != nil)
    }
  }
}
