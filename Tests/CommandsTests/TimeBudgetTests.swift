import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import Testing

@testable import SiamCommands

@Suite struct TimeBudgetTests {
  @Test(
    "a time is read and written",
    arguments: [
      ("30s", 30, "30s"), ("10m", 600, "10m"), ("1h", 3600, "1h"), ("90s", 90, "90s"), ("1.5m", 90, "90s"),
    ])
  func read(text: String, seconds: Int, written: String) throws {
    let time = try #require(TimeBudget(argument: text))
    #expect(time.seconds == seconds && time.argument == written)
    #expect(TimeBudget(argument: written) == time)
  }

  @Test(
    "anything else is none",
    arguments: ["", "10", "m", "0s", "-1m", "1e3s", "nanm", "31000000s", "1 m", "5d"])
  func refused(text: String) { #expect(TimeBudget(argument: text) == nil) }

  @Test func `more time never chooses less, and the least there is where nothing fits`() {
    let configuration = TrainingConfiguration(Patches.self)
    for suitable in [32, 224] {
      let plans = [1e-9, 1, 10, 100, 1000, 1e6].map {
        PatchPlan(
          for: 3000, suitable: suitable, within: $0, configuration, secondsPerProduct: 1e-11)
      }
      let work = plans.map(\.seconds)
      #expect(work == work.sorted() && plans[0].atoms == 256)
      #expect(plans[5].size == (suitable == 32 ? 32 : 64))
    }
    let asked = PatchPlan(
      for: 3000, suitable: 224, within: 1e6, configuration, fixed: ["--size"], secondsPerProduct: 1e-11)
    #expect(asked.size == configuration.encoder.size && asked.scales == 1)
  }
}
