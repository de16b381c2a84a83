import SiamDatasets
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamTraining
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct JoinCommandTests {
  @Test func `a joined encoder has the features of its parts, each of its length`() throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 6)
      let (patches, network, both) = (
        "\(scratch)/patches", "\(scratch)/network", "\(scratch)/both.safetensors"
      )
      let first = try siam(["train", root, "-o", patches] + PatchTrainingTests.small)
      #expect(first.code == 0, "\(first.errors)")
      let second = try siam(
        ["train", root, "-o", network, "--epochs", "1"] + TrainCommandTests.small)
      #expect(second.code == 0, "\(second.errors)")
      let joined = try siam(["join", patches, network, "-o", both])
      #expect(joined.code == 0 && joined.output.contains("8 + 17 = 25 numbers"), "\(joined)")

      let store = try ImageStore(ImageFolder(root))
      let parts = try [patches, network].map {
        try TrainedEncoder(contentsOf: "\($0)/encoder.safetensors").features(of: store)
      }
      let whole = try TrainedEncoder(contentsOf: both).features(of: store)
      #expect(whole.count == 18 && whole.dimension == 25)
      for row in 0..<18 {
        let own = Array(whole.vectors[row * 25..<(row + 1) * 25])
        for (part, range, length) in [(parts[0], 0..<8, 1.0), (parts[1], 8..<25, 0.5)] {
          let d = part.dimension
          let expected = part.vectors[row * d..<(row + 1) * d].map(Double.init)
          let norm = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
          for (value, wanted) in zip(own[range], expected) {
            #expect(abs(Double(value) - length * wanted / norm) < 1e-5)
          }
        }
      }
      let judged = try siam(["eval", both, "--train", root])
      #expect(judged.code == 0 && judged.output.contains("trained joined"), "\(judged)")
      let exported = try siam(["export", both, root, "-o", "\(scratch)/f.npy"])
      #expect(exported.code == 0 && exported.output.contains("18 x 25, joined"), "\(exported)")

      let again = try siam(["join", patches, network, "-o", both])
      #expect(again.code != 0 && again.errors.contains("--overwrite"), "\(again)")
      // A joined encoder can be joined with another; its parts stay what they are.
      let three = try siam(["join", both, patches, "-o", "\(scratch)/three.safetensors"])
      #expect(three.code == 0 && three.output.contains("= 33 numbers"), "\(three)")
    }
  }

  @Test func `a joined file that is cut or lacks a part is refused in a line`() throws {
    try withScratchFolder { scratch in
      let (root, run, both) = ("\(scratch)/in", "\(scratch)/run", "\(scratch)/both.safetensors")
      try copyImages(to: root, each: 4)
      #expect(try siam(["train", root, "-o", run] + PatchTrainingTests.small).code == 0)
      #expect(try siam(["join", run, run, "-o", both]).code == 0)
      let bytes = try readFile(both)
      try writeFile("\(scratch)/cut.safetensors", Array(bytes.dropLast(100)))
      for damaged in ["cut"] {
        let ended = try siam(["eval", "\(scratch)/\(damaged).safetensors", "--train", root])
        #expect(ended.code == 65 && ended.errors.filter { $0 == "\n" }.count == 1, "\(ended)")
      }
    }
  }
}
