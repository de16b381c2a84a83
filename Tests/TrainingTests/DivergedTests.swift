import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@testable import SiamDatasets
@testable import SiamMethods
@testable import SiamTraining

@Suite struct DivergedTests {
  private func layer(_ name: String) -> String {
    name.split(separator: ".").dropLast().joined(separator: ".")
  }

  /// Puts a value into an entry's range.
  private func put(_ value: Float, into tensor: inout Tensor, _ range: Range<Int>) {
    tensor.withMutableSpan { $0[range.lowerBound + range.count / 2] = value }
  }

  @Test(
    "a weight that is not finite ends the next step, and is not saved, by its layer",
    arguments: [Float.nan, .infinity])
  func weights(value: Float) throws {
    try withSmallStore { store in
      let trainer = try smallTrainer(store)
      try trainer.requireFinite()
      for entry in trainer.parameters.layout.entries {
        var poisoned = trainer
        put(value, into: &poisoned.parameters.values, entry.range)
        let expected = Diverged(step: 0, what: .weight, layer: layer(entry.name))
        #expect(throws: expected) { _ = try poisoned.advance() }
        #expect(throws: expected) { try poisoned.requireFinite() }
        #expect(poisoned.step == 0)
      }
    }
  }

  @Test func `a running statistic that is not finite is not saved`() throws {
    try withSmallStore { store in
      var trainer = try smallTrainer(store)
      let statistic = try #require(trainer.parameters.layout.statistics.last)
      put(-.infinity, into: &trainer.parameters.statistics, statistic.range)
      #expect(throws: Diverged(step: 0, what: .weight, layer: layer(statistic.name))) {
        try trainer.requireFinite()
      }
    }
  }

  @Test func `in the backward pass the last layer is the first to break`() throws {
    try withSmallStore { store in
      var parameters = try smallTrainer(store).parameters
      let entries = parameters.layout.entries
      put(.nan, into: &parameters.gradients, entries[0].range)
      put(.infinity, into: &parameters.gradients, entries[4].range)
      let result = StepResult(loss: 1, outputs: [Tensor(zeros: [2, 2])])
      let back = Diverged(in: parameters, after: result, step: 3) {}
      #expect(back == Diverged(step: 3, what: .gradient, layer: layer(entries[4].name)))
    }
  }

  @Test(
    "in the forward pass the first layer is named, with and without normalisations",
    arguments: [true, false],
    HeadNormalization.allCases)
  func forward(normalizes: Bool, heads: HeadNormalization) throws {
    try withSmallStore { store in
      var configuration = smallConfiguration()
      (configuration.encoder.normalizes, configuration.headNormalization) = (normalizes, heads)
      let trainer = try smallTrainer(store, configuration)
      let names = trainer.parameters.layout.entries.filter { $0.name.hasSuffix("conv.weight") }
      for entry in names.dropLast() {
        var huge = trainer
        // Every sum over what this layer reads overflows.
        huge.parameters.values.withMutableSpan { all in
          for index in entry.range { all[index] = 3e38 }
        }
        let before = huge.parameters.statistics
        do {
          _ = try huge.advance()
          // Dead channels may read nothing but zeros.
          #expect(entry.name != names[0].name)
        } catch let error as Diverged {
          #expect(error == Diverged(step: 0, what: .loss, layer: layer(entry.name)))
        }
        #expect(sameBits(huge.parameters.statistics, before))
      }
    }
  }

  @Test func `the sentence has the step, the layer and what may help`() {
    #expect(
      "\(Diverged(step: 7, what: .loss, layer: "encoder.2.norm"))"
        == "step 7: the loss is NaN or infinite, first in the layer encoder.2.norm; "
        + "a lower --lr or a --warmup may help")
  }
}
