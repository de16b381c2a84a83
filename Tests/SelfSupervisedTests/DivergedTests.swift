import NeuralNetworks
import Tensors
import TestSupport
import Testing

@testable import SelfSupervised

@Suite struct DivergedTests {
  private func layer(_ name: String) -> String {
    name.split(separator: ".").dropLast().joined(separator: ".")
  }

  /// Puts a number into an entry's range.
  private func put(_ value: Float, into tensor: inout Tensor, _ range: Range<Int>) {
    tensor.withMutableSpan { $0[range.lowerBound + range.count / 2] = value }
  }

  @Test(
    "a weight that is no number stops the next step, and no save, by its layer",
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

  @Test func `a running statistic that is no number is not saved`() throws {
    try withSmallStore { store in
      var trainer = try smallTrainer(store)
      let statistic = try #require(trainer.parameters.layout.statistics.last)
      put(-.infinity, into: &trainer.parameters.statistics, statistic.range)
      #expect(throws: Diverged(step: 0, what: .weight, layer: layer(statistic.name))) {
        try trainer.requireFinite()
      }
    }
  }

  @Test func `on the way back the last layer is the first to break, on the way forward the first`() throws {
    try withSmallStore { store in
      let fresh = try smallTrainer(store).parameters
      let output = Tensor(zeros: [2, 2])
      let entries = fresh.layout.entries
      var parameters = fresh
      put(.nan, into: &parameters.gradients, entries[0].range)
      put(.infinity, into: &parameters.gradients, entries[4].range)
      let back = Diverged(in: parameters, after: StepResult(loss: 1, outputs: [output]), step: 3)
      #expect(back == Diverged(step: 3, what: .gradient, layer: layer(entries[4].name)))

      parameters = fresh
      let statistics = fresh.layout.statistics
      for place in 2..<statistics.count { put(.nan, into: &parameters.statistics, statistics[place].range) }
      let lost = StepResult(loss: .nan, outputs: [Tensor([1, 1], [.nan])])
      #expect(
        Diverged(in: parameters, after: lost, step: 0)
          == Diverged(step: 0, what: .loss, layer: layer(statistics[2].name)))
      // Behind the encoder no statistics are kept.
      #expect(Diverged(in: fresh, after: lost, step: 0).layer == "projector")
      let late = StepResult(loss: .infinity, outputs: [output])
      #expect(Diverged(in: fresh, after: late, step: 0).layer == "predictor")
    }
  }

  @Test func `the sentence has the step, the layer and what may help`() {
    #expect(
      "\(Diverged(step: 7, what: .loss, layer: "encoder.2.norm"))"
        == "step 7: the loss is not a finite number, first in the layer encoder.2.norm; "
        + "a lower --lr or a --warmup may help")
  }
}
