import Glibc
import SiamFiles
import SiamMethods
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

/// `--resume --epochs N`: a run gets another end.
@Suite struct ChangedEpochsTests {
  private func train(_ scratch: String, _ words: [String]) throws -> Ended {
    try siam(["train", "\(scratch)/in", "-o", "\(scratch)/run"] + words)
  }

  @Test func `a finished run goes on to more epochs, and says what its rates do`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 8)
      let small = ["--method", "simclr"] + TrainCommandTests.small
      #expect(try train(scratch, ["--epochs", "2"] + small).code == 0)
      let longer = try train(scratch, ["--resume", "--epochs", "4"])
      #expect(longer.code == 0, "\(longer.errors)")
      #expect(
        longer.output.contains("4 epochs in place of 2: from step 6 on the rates follow the cosine over 4"))
      let run = RunFolder("\(scratch)/run")
      #expect(try run.epochs().map(\.epoch) == Array(0...4))
      #expect(try run.record().configuration.epochs == 4 && run.record().resumed == [6])
      // The last rate of a cosine is almost 0; the rates rise again after the first end.
      let rates = try run.epochs().compactMap(\.rate)
      #expect(rates[2] > rates[1] && rates[3] < rates[2])
      let again = try train(scratch, ["--resume"])
      #expect(again.output.contains("already finished, after 4 epochs"))
    }
  }

  @Test
  func
    `an unfinished run is cut short, but not below what it has done, and ends with the bytes of one resume`()
    throws
  {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 8)
      let small = ["--method", "simclr", "--save-every", "0"] + TrainCommandTests.small
      let stopped = try siam(
        ["train", "\(scratch)/in", "-o", "\(scratch)/run", "--epochs", "1000"] + small,
        signal: (SIGINT, { ((try? RunFolder("\(scratch)/run").epochs()) ?? []).contains { $0.epoch == 2 } }))
      #expect(stopped.code == 130)
      let step = try CheckpointSummary(contentsOf: "\(scratch)/run/checkpoint.safetensors").step
      let refused = try train(scratch, ["--resume", "--epochs", "1"])
      #expect(refused.code == 64 && refused.errors.contains("has completed \(step / 3) epochs"), "\(refused)")
      let shorter = try train(scratch, ["--resume", "--epochs", "\(step / 3 + 2)"])
      #expect(shorter.code == 0, "\(shorter.errors)")
      #expect(try RunFolder("\(scratch)/run").epochs().last?.epoch == step / 3 + 2)
    }
  }

  @Test func `more time is more epochs, and the time of a new run chooses them`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 8)
      let small = ["--method", "simclr", "--knn-every", "1000"] + TrainCommandTests.small
      let first = try train(scratch, ["--time", "1s"] + small)
      #expect(first.code == 0 && first.output.contains("of --time 1s"), "\(first)")
      let epochs = try RunFolder("\(scratch)/run").record().configuration.epochs
      #expect(first.output.contains("--epochs \(epochs)"))
      let longer = try train(scratch, ["--resume", "--time", "1s"])
      #expect(longer.code == 0 && longer.output.contains("in place of \(epochs)"), "\(longer)")
    }
  }
}
