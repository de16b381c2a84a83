import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite(.serialized) struct ViewLoaderTests {
  private let recipe = Recipe.grey

  private func row(_ tensor: Tensor, _ index: Int) -> [Float] {
    let each = tensor.count / tensor.shape[0]
    return Array(tensor.values[index * each..<(index + 1) * each])
  }

  /// Both views of some images.
  private func views(_ loader: ViewLoader, of indices: [Int], epoch: Int) throws -> (
    Tensor, Tensor
  ) {
    let batch = try loader.batch(of: indices, epoch: epoch, ViewRequest())
    return (batch.views[0], batch.views[1])
  }

  @Test func `a view is a function of seed, epoch, picture and view, whatever else is in the batch`() throws {
    try withSmallStore { store in
      let loader = ViewLoader(store, recipe: recipe, size: 16, batch: 4, seed: 9)
      let alone = try views(loader, of: [5], epoch: 2)
      for threads in [1, 2] {
        try withThreadCount(threads) {
          let many = try views(loader, of: [0, 7, 5, 19], epoch: 2)
          #expect(row(many.0, 2) == alone.0.values && row(many.1, 2) == alone.1.values)
        }
      }
      #expect(alone.0.shape == [1, 16, 16, 3])
      #expect(alone.0.values != alone.1.values)
      #expect(try views(loader, of: [5], epoch: 3).0.values != alone.0.values)
      let other = ViewLoader(store, recipe: recipe, size: 16, batch: 4, seed: 10)
      #expect(try views(other, of: [5], epoch: 2).0.values != alone.0.values)
    }
  }

  @Test func `the preview's views are those of epoch 0, normalised`() throws {
    try withSmallStore { store in
      let loader = ViewLoader(store, recipe: recipe, size: 16, batch: 4, seed: 3)
      let views = try views(loader, of: [11], epoch: 0)
      for (view, found) in [views.0, views.1].enumerated() {
        var generator = CounterGenerator(3, 0, 11, UInt64(view))
        let shown = recipe.view(of: try store.image(11), size: 16, using: &generator)
        let expected = shown.pixels.enumerated().map { place, sample in
          let line = recipe.normalization.line(of: place % 3)
          return Float(sample) * line.scale + line.offset
        }
        #expect(zip(found.values, expected).allSatisfy { abs($0 - $1) < 1e-6 })
      }
    }
  }

  @Test func `the mean view is that of further views of the picture, on any number of threads`() throws {
    try withSmallStore { store in
      let loader = ViewLoader(store, recipe: recipe, size: 16, batch: 4, seed: 3)
      let one = try loader.batch(of: [2, 11], epoch: 1, ViewRequest(views: 1, averaged: 3))
      #expect(one.views.count == 1 && one.indices == [2, 11])
      #expect(try sameBits(one.views[0], views(loader, of: [2, 11], epoch: 1).0))
      let mean = try #require(one.mean)
      let all = try loader.batch(of: [2, 11], epoch: 1, ViewRequest(views: 4))
      #expect(all.mean == nil)
      let expected = (0..<mean.count).map { index in
        all.views[1...].reduce(0.0) { $0 + Double($1.values[index]) } / 3
      }
      #expect(mean.shape == [2, 16, 16, 3] && relativeError(mean.values, expected) < 1e-6)
      for threads in [1, 2] {
        try withThreadCount(threads) {
          let many = try loader.batch(of: [0, 11, 5], epoch: 1, ViewRequest(views: 1, averaged: 3))
          #expect(many.mean.map { row($0, 1) } == row(mean, 1))
        }
      }
    }
  }

  @Test func `a bad picture changes no other picture's views`() throws {
    try withScratchFolder { root in
      try copyImages(to: root, each: 5)
      let folder = try ImageFolder(root)
      let whole = ViewLoader(try ImageStore(folder), recipe: recipe, size: 16, batch: 4, seed: 1)
      let before = try views(whole, of: [8], epoch: 1)
      try writeFile(folder.path(at: 2), "no picture")
      let less = ViewLoader(try ImageStore(folder), recipe: recipe, size: 16, batch: 4, seed: 1)
      #expect(less.store.entries[7] == 8)
      #expect(try views(less, of: [7], epoch: 1).1.values == before.1.values)
    }
  }

  @Test func `an epoch's order has every picture once, and is its own`() throws {
    try withSmallStore { store in
      let loader = ViewLoader(store, recipe: recipe, size: 16, batch: 4, seed: 3)
      let orders = (0..<3).map { loader.order(epoch: $0) }
      for order in orders { #expect(order.sorted() == Array(0..<21)) }
      #expect(Set(orders).count == 3 && orders[1] == loader.order(epoch: 1))
      #expect(ViewLoader(store, recipe: recipe, size: 16, batch: 4, seed: 4).order(epoch: 0) != orders[0])
      #expect(loader.steps == 5)
      let large = ViewLoader(store, recipe: recipe, size: 16, batch: 100, seed: 3)
      #expect(large.batch == 21 && large.steps == 1)
    }
  }

  @Test func `pictures to be judged have no chance in them, and read strictly a missing one is an error`()
    throws
  {
    try withScratchFolder { root in
      try copyImages(to: root, each: 3)
      let store = try ImageStore(ImageFolder(root), reading: ImageReading(isStrict: true), memory: 0)
      func images(_ places: [Int]) throws(ImageError) -> Tensor {
        try ViewLoader.images(places, of: store, normalization: .grey, size: 28)
      }
      let (all, one) = (try images([0, 4, 8]), try images([4]))
      #expect(row(all, 1) == one.values)
      // At its own size a square image is only normalised.
      let line = Normalization.grey.line(of: 0)
      let first = Float(try store.image(4).pixels[300]) * line.scale + line.offset
      #expect(abs(one.values[300] - first) < 1e-6)
      try removeFile(store.folder.path(at: 4))
      #expect(throws: ImageError.self) { try images([0, 4]) }
      let loader = ViewLoader(store, recipe: recipe, size: 16, batch: 4, seed: 3)
      #expect(throws: ImageError.self) { try views(loader, of: [4], epoch: 0) }
    }
  }
}
