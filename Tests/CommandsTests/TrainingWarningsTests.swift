import SiamMethods
import SiamTraining
import Testing

@testable import SiamCommands

@Suite struct TrainingWarningsTests {
  @Test func `a loss at chance, a low spread and a falling k-NN are warned of once each`() {
    var warnings = TrainingWarnings(TrainingConfiguration())
    func epoch(_ number: Int, loss: Double, std: Double, knn: Double) -> EpochMetrics {
      var metrics = EpochMetrics(epoch: number, step: 50 * number)
      (metrics.loss, metrics.std) = (loss, std)
      metrics.knn = .init(value: knn, low: knn - 0.02, high: knn + 0.02, queries: 1000)
      return metrics
    }
    #expect(warnings.note(epoch(1, loss: 9, std: 0.2, knn: 0.4)).isEmpty)
    #expect(warnings.note(epoch(2, loss: 3, std: 1, knn: 0.38)).isEmpty)
    let lines = warnings.note(epoch(3, loss: 9, std: 0.8, knn: 0.3))
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("epoch 3: ") })
    #expect(lines[0].contains("chance") && lines[1].contains("0.80") && lines[2].contains("40.0%"))
    #expect(warnings.note(epoch(4, loss: 9, std: 0.8, knn: 0.3)).isEmpty)
  }
}
