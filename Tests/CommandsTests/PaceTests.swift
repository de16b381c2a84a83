import Testing

@testable import SiamCommands

@Suite struct PaceTests {
  @Test func `there is no rate before two times`() {
    var pace = Pace(total: 100)
    #expect(pace.perSecond == nil && pace.secondsLeft == nil)
    pace.note(done: 0, at: 5)
    pace.note(done: 1, at: 5)
    #expect(pace.perSecond == nil && pace.secondsLeft == nil)
  }

  @Test func `an even pace foretells its end`() {
    var pace = Pace(total: 100)
    for second in 0...10 { pace.note(done: 2 * second, at: 100 + Double(second)) }
    #expect(pace.perSecond == 2)
    #expect(pace.secondsLeft == 40)
  }

  @Test func `only the last seconds count`() {
    var pace = Pace(total: 10_000, window: 10)
    for second in 0...50 { pace.note(done: 100 * second, at: Double(second)) }
    for second in 51...61 { pace.note(done: 5000 + (second - 50), at: Double(second)) }
    #expect(pace.perSecond == 1)
    #expect(pace.secondsLeft == 4989)
  }

  @Test func `marks further apart than the window still give a rate`() {
    var pace = Pace(total: 10, window: 1)
    pace.note(done: 0, at: 0)
    pace.note(done: 1, at: 60)
    pace.note(done: 2, at: 120)
    #expect(pace.secondsLeft == 480)
  }

  @Test func `a standstill foretells nothing, and the end is no time`() {
    var pace = Pace(total: 5)
    pace.note(done: 1, at: 0)
    pace.note(done: 1, at: 1)
    #expect(pace.secondsLeft == nil)
    pace.note(done: 6, at: 2)
    #expect(pace.secondsLeft == 0)
  }
}
