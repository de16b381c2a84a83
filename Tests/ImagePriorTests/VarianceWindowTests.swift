import SiamTensors
import TestSupport
import Testing

@testable import SiamImagePrior

@Suite struct VarianceWindowTests {
  @Test func `the variance is that of the last outputs, whatever went before`() throws {
    var window = VarianceWindow(size: 4, patience: 10)
    let outputs = (0..<9).map { draws(30, UInt64($0), in: 0...1) }
    for (step, output) in outputs.enumerated() {
      let verdict = window.note(Tensor([2, 5, 3], output))
      guard step >= 3 else {
        #expect(verdict == .init(variance: nil, isLeast: false))
        continue
      }
      let last = outputs[step - 3...step]
      var expected = 0.0
      for sample in 0..<30 {
        let values = last.map { Double($0[sample]) }
        let mean = values.reduce(0, +) / 4
        expected += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4 / 30
      }
      let variance = try #require(verdict.variance)
      #expect(abs(variance - expected) < 1e-5 * expected)
    }
  }

  @Test func `of a window past 100 outputs as many are looked at as 100 would be`() throws {
    let outputs = (0..<1200).map { Tensor([1, 1, 3], draws(3, UInt64($0), in: 0...1)) }
    var (long, short) = (VarianceWindow(size: 500, patience: 2000), VarianceWindow(size: 100, patience: 2000))
    for (step, output) in outputs.enumerated() {
      let found = long.note(output)
      if step % 5 == 0 {
        #expect(found == short.note(output))
      } else {
        #expect(!found.isLeast)
      }
    }
    #expect(long.least == short.least)
    // The last look was at step 1195, and nothing after it was the least.
    #expect(long.stepsSinceLeast == 5 * short.stepsSinceLeast + 4)
  }

  @Test func `it is over when the least variance is as old as the patience`() {
    var window = VarianceWindow(size: 2, patience: 3)
    // Differences of .4, .1, then .2 for ever: the least is at the second.
    let levels: [Float] = [0, 0.4, 0.5, 0.7, 0.5, 0.7]
    var seen: [Bool] = []
    for level in levels {
      #expect(!window.isOver)
      seen.append(window.note(Tensor([1, 1, 3], [level, level, level])).isLeast)
    }
    #expect(seen == [false, true, true, false, false, false])
    #expect(window.isOver && window.stepsSinceLeast == 3)
    #expect(abs(window.least - 0.0025) < 1e-6)
  }
}
