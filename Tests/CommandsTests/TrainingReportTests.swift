import SiamFeatures
import SiamMethods
import SiamNeuralNetworks
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct TrainingReportTests {
  private func report(_ change: (inout TrainingConfiguration) -> Void = { _ in }) -> TrainingReport {
    var configuration = TrainingConfiguration()
    change(&configuration)
    return TrainingReport(configuration, stepsPerEpoch: 31)
  }

  private var state: TrainingState {
    var state = TrainingState()
    (state.step, state.epoch, state.loss, state.waiting) = (72, 2, -0.81234, 0.12)
    state.gauges = CollapseGauges(draws(64 * 32, 1), dimension: 32)
    state.knn = .init(value: 0.752, low: 0.7, high: 0.8, queries: 800)
    (state.imagesPerSecond, state.secondsLeft) = (512.4, 130)
    return state
  }

  @Test func `the live line shows everything, and fits a terminal of 80 columns`() {
    let wide = report().live(state, width: 120)
    #expect(wide.hasPrefix("epoch 3/100  step 10/31  loss -0.8123  std 1.0"))
    #expect(wide.hasSuffix("knn 75.2%  512/s  wait 12%  2 min 10 s left"))
    #expect(wide.contains("  rank ") && columns(wide) < 110)
    let narrow = report().live(state, width: 80)
    #expect(columns(narrow) < 80 && narrow.hasSuffix("left"))
    for part in ["3/100 10/31 ", "loss -0.81 ", "std 1.0", "rank ", "knn 75.2 ", "512/s", "w 12%"] {
      #expect(narrow.contains(part), "\(part)")
    }
    #expect(report().live(TrainingState(), width: 80) == "1/100 0/31 loss 0.00 w 0%")
  }

  @Test func `without classes the share of views that found their images stands in place of k-NN`() {
    var state = state
    (state.retrieval, state.knn) = (state.knn, nil)
    #expect(report().live(state, width: 120).contains("retrieval 75.2%  512/s"))
    let narrow = report().live(state, width: 80)
    #expect(columns(narrow) < 80 && narrow.contains("retr 75.2 512/s"))
    var epoch = EpochMetrics(epoch: 4, step: 124)
    epoch.retrieval = .init(value: 0.5, low: 0.4, high: 0.6, queries: 9)
    #expect(report().ended(epoch) == "epoch 4/100: retrieval 50.0% [40.0, 60.0]")
    #expect(TrainingReport.fitted(epoch) == "fitted: retrieval 50.0% [40.0, 60.0]")
  }

  @Test func `an epoch's line has what was measured and nothing else`() {
    var epoch = EpochMetrics(epoch: 4, step: 124)
    epoch.loss = -0.5
    #expect(report().ended(epoch) == "epoch 4/100: loss -0.5000")
    (epoch.knn, epoch.seconds) = (.init(value: 0.5, low: 0.4, high: 0.6, queries: 9), 71)
    #expect(report().ended(epoch) == "epoch 4/100: loss -0.5000, knn 50.0% [40.0, 60.0], 1 min 11 s")
  }

  @Test func `a collapse is named, with its number and with advice that fits the run`() {
    let alike = CollapseGauges([Float](repeating: 1, count: 64 * 32), dimension: 32)
    let total = report { ($0.constantPredictorRate, $0.baseRate) = (false, 0.5) }.warning(
      Collapse(kind: .total, gauges: alike, firstRank: nil))
    #expect(total.hasPrefix("collapse (total): ") && total.contains("std·√d is 0.000"))
    #expect(total.contains("--predictor-schedule constant") && total.contains("a lower --lr than 0.5"))
    #expect(!total.contains("--no-norm"))
    let line = CollapseGauges(
      draws(64, 1).flatMap { [$0] + [Float](repeating: 1, count: 31) }, dimension: 32)
    let dimensional = report { $0.encoder.normalizes = false }.warning(
      Collapse(kind: .dimensional, gauges: line, firstRank: nil))
    #expect(dimensional.hasPrefix("collapse (dimensional): ") && dimensional.contains("rank 1."))
    #expect(dimensional.contains("leave --no-norm out") && !dimensional.contains("--predictor-schedule"))
  }
}
