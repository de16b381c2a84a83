import SiamFiles
import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite(.serialized) struct TrainerTests {
  /// All that a training is, as the bytes of its checkpoint.
  private func bytes(_ trainer: Trainer, _ folder: String) throws -> [UInt8] {
    try trainer.save(to: "\(folder)/state.safetensors")
    return try readFile("\(folder)/state.safetensors")
  }

  private func run(_ trainer: inout Trainer, steps: Int? = nil) throws {
    for _ in 0..<(steps ?? trainer.totalSteps - trainer.step) { _ = try trainer.advance() }
  }

  @Test(
    "stopped anywhere and resumed, on one thread or two, every method ends with the same bits",
    arguments: [1, 2],
    methods.indices)
  func resume(threads: Int, method: Int) throws {
    var configuration = smallConfiguration()
    configuration.method = methods[method].name
    configuration.options.complete(for: [methods[method]])
    try withScratchFolder { scratch in
      try withSmallStore { store in
        let whole = try withThreadCount(2) {
          var trainer = try smallTrainer(store, configuration)
          try run(&trainer)
          return try bytes(trainer, scratch)
        }
        let path = "\(scratch)/checkpoint.safetensors"
        for stop in [0, 1, 2, 3, 5] {
          try withThreadCount(threads) {
            var first = try smallTrainer(store, configuration)
            #expect(first.stepsPerEpoch == 2 && first.totalSteps == 6)
            try run(&first, steps: stop)
            try first.save(to: path)
            let summary = try CheckpointSummary(contentsOf: path)
            #expect(summary.step == stop && summary.totalSteps == 6 && summary.epoch == stop / 2)
          }
          try withThreadCount(3 - threads) {
            var second = try smallTrainer(store, configuration)
            try second.restore(from: path)
            try run(&second)
            #expect(second.isFinished)
            #expect(try bytes(second, scratch) == whole)
          }
        }
      }
    }
  }

  @Test(
    "each method, stopped and resumed on another number of threads, ends with the same bits",
    arguments: MethodCase.all)
  func resume(of test: MethodCase) throws {
    try withScratchFolder { scratch in
      try withSmallStore { store in
        var configuration = smallConfiguration()
        (configuration.method, configuration.options.byName) = (test.name, test.options)
        (configuration.headNormalization, configuration.projectorLayers) = (test.heads, test.layers)
        let whole = try withThreadCount(2) {
          var trainer = try smallTrainer(store, configuration)
          try run(&trainer)
          return try bytes(trainer, scratch)
        }
        try withThreadCount(1) {
          let path = "\(scratch)/checkpoint.safetensors"
          var first = try smallTrainer(store, configuration)
          try run(&first, steps: 3)
          try first.save(to: path)
          var second = try smallTrainer(store, configuration)
          try second.restore(from: path)
          let names = first.method.state.keys
          #expect(Set(names) == Set(second.method.state.keys))
          try run(&second)
          #expect(try bytes(second, scratch) == whole)
          // What a method keeps counts: without it, the run would go elsewhere.
          if !names.isEmpty {
            var file = Safetensors(metadata: try Safetensors(contentsOf: path).metadata)
            for entry in try Safetensors(contentsOf: path).tensors where !entry.name.hasPrefix("method.") {
              file.add(entry.name, entry.shape, try #require(Safetensors(contentsOf: path)[entry.name]))
            }
            try file.write(to: path)
            var third = try smallTrainer(store, configuration)
            #expect(throws: CheckpointError.self) { try third.restore(from: path) }
            #expect(third.step == 0)
          }
        }
      }
    }
  }

  @Test func `steps tell where they are, and the mean loss survives a resume`() throws {
    try withScratchFolder { scratch in
      try withSmallStore { store in
        var trainer = try smallTrainer(store)
        var steps: [TrainingStep] = []
        for index in 0..<6 {
          if index == 3 {
            try trainer.save(to: "\(scratch)/a.safetensors")
            trainer = try smallTrainer(store)
            try trainer.restore(from: "\(scratch)/a.safetensors")
          }
          steps.append(try trainer.advance())
        }
        #expect(steps.map(\.step) == Array(0..<6) && steps.map(\.epoch) == [0, 0, 1, 1, 2, 2])
        #expect(steps.map(\.endsEpoch) == [false, true, false, true, false, true])
        for epoch in 0..<3 {
          let mean = (steps[2 * epoch].loss + steps[2 * epoch + 1].loss) / 2
          #expect(abs(steps[2 * epoch + 1].meanLoss - mean) < 1e-12)
        }
        #expect(steps[0].output.shape == [8, 16] && steps[0].rate == trainer.configuration.rate)
        #expect(steps[5].rate < steps[4].rate)
      }
    }
  }

  @Test func `the first step's outputs can be had wherever the training stands`() throws {
    try withSmallStore { store in
      var trainer = try smallTrainer(store)
      let first = try trainer.advance().output.values
      let second = try trainer.advance().output.values
      let values = trainer.parameters.values.values
      #expect(try trainer.firstOutput().values == first && first != second)
      #expect(trainer.step == 2 && trainer.parameters.values.values == values)
    }
  }

  @Test func `another seed gives another training, and a rate of 0 moves no weight`() throws {
    try withSmallStore { store in
      var configuration = smallConfiguration(epochs: 1)
      var trainer = try smallTrainer(store, configuration)
      let before = trainer.parameters.values.values
      try run(&trainer)
      let moved = trainer.parameters.values.values
      #expect(moved != before)
      configuration.seed += 1
      var other = try smallTrainer(store, configuration)
      try run(&other)
      #expect(other.parameters.values.values != moved)
      (configuration.seed, configuration.baseRate) = (5, 0)
      var still = try smallTrainer(store, configuration)
      try run(&still)
      #expect(still.parameters.values.values == before)
    }
  }

  @Test func `the predictor's rate stays at its peak only if it is constant`() throws {
    try withSmallStore { store in
      var configuration = smallConfiguration(epochs: 2)
      var ends: [(predictor: Float, rest: Float)] = []
      for isConstant in [true, false] {
        configuration.constantPredictorRate = isConstant
        // A warm-up of one epoch: its first step has half the rate.
        configuration.warmupEpochs = 1
        var trainer = try smallTrainer(store, configuration)
        let before = trainer.parameters.values.values
        try run(&trainer, steps: 1)
        let after = trainer.parameters.values.values
        func moved(_ range: Range<Int>) -> Float { range.map { abs(after[$0] - before[$0]) }.reduce(0, +) }
        let predictor = trainer.method.predictorRange
        ends.append((moved(predictor), moved(0..<predictor.lowerBound)))
      }
      #expect(abs(ends[0].predictor / ends[1].predictor - 2) < 1e-3)
      #expect(ends[0].rest == ends[1].rest)
    }
  }

  @Test("the predictor has a rate of its own, and at 0 stays as it was drawn", arguments: [0, 0.1, nil])
  func predictorRate(base: Float?) throws {
    try withSmallStore { store in
      var configuration = smallConfiguration(epochs: 2)
      configuration.predictorBaseRate = base
      var trainer = try smallTrainer(store, configuration)
      let before = trainer.parameters.values.values
      try run(&trainer, steps: 1)
      let (after, gradient) = (trainer.parameters.values.values, trainer.parameters.gradients.values)
      let predictor = trainer.method.predictorRange
      for (range, rate) in [(predictor, base ?? 0.2), (0..<predictor.lowerBound, 0.2)] {
        // The first step: −η (g + λ w).
        let step = rate * 8 / 256
        let expected = range.map { before[$0] - step * (gradient[$0] + 5e-4 * before[$0]) }
        #expect(relativeError(Array(after[range]), expected) < 1e-6)
        #expect((rate == 0) == (Array(after[range]) == Array(before[range])))
      }
      try run(&trainer)
      if base == 0 { #expect(trainer.parameters.values.values[predictor] == before[predictor]) }
    }
  }

  @Test func `a training that diverges says so, and stands where it stood`() throws {
    try withScratchFolder { scratch in
      try withSmallStore { store in
        var configuration = smallConfiguration(epochs: 50)
        configuration.baseRate = 1e30
        var trainer = try smallTrainer(store, configuration)
        var last = try bytes(trainer, scratch)
        var error: Diverged?
        while error == nil, !trainer.isFinished {
          do {
            _ = try trainer.advance()
            last = try bytes(trainer, scratch)
          } catch let diverged as Diverged { error = diverged }
        }
        #expect(error?.step == trainer.step && error?.layer.isEmpty == false)
        #expect(try bytes(trainer, scratch) == last)
      }
    }
  }
}
