import SiamFiles
import SiamImages
import TestSupport
import Testing

/// The scripts that make class folders, on tiny data of the real layout.
@Suite struct DataToolsTests {
  private let tools = dataPath("../tools")

  @Test func `CIFAR-10's binary archive becomes class folders`() throws {
    try withScratchFolder { folder in
      let inside = "\(folder)/cifar-10-batches-bin"
      try makeFolder(inside)
      let classes = [
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
      ]
      try writeFile("\(inside)/batches.meta.txt", classes.joined(separator: "\n") + "\n\n")
      for batch in 1...5 {
        try writeFile("\(inside)/data_batch_\(batch).bin", record(label: batch) + record(label: 9))
      }
      try writeFile("\(inside)/test_batch.bin", record(label: 0))
      let packed = try run("/bin/tar", ["czf", "cifar.tar.gz", "cifar-10-batches-bin"], in: folder)
      #expect(packed.code == 0, "\(packed.errors)")

      let ended = try run("\(tools)/cifar10", ["\(folder)/cifar.tar.gz", "\(folder)/out"])
      #expect(
        ended
          == Ended(
            output: "\(folder)/out/train: 10 pictures\n\(folder)/out/test: 1 pictures\n", errors: "", code: 0)
      )
      #expect(try ImageFolder("\(folder)/out/test").entries.map(\.path) == ["airplane/00000.png"])
      let train = try ImageFolder("\(folder)/out/train")
      #expect(train.classes == classes)
      #expect(
        train.entries.map(\.path) == [
          "automobile/00000.png", "bird/00002.png", "cat/00004.png", "deer/00006.png", "dog/00008.png",
          "truck/00001.png", "truck/00003.png", "truck/00005.png", "truck/00007.png", "truck/00009.png",
        ])
      let image = try train.image(at: 2)
      #expect(image.width == 32 && image.height == 32)
      #expect(image.pixels == (0..<1024).flatMap { place in (0..<3).map { sample($0, place, label: 3) } })

      let again = try run("\(tools)/cifar10", ["\(folder)/cifar.tar.gz", "\(folder)/out"])
      #expect(again.code == 1 && again.errors == "tools/cifar10: \(folder)/out exists already\n")
    }
  }

  @Test func `a damaged archive is told on one line, and leaves nothing`() throws {
    try withScratchFolder { folder in
      try writeFile("\(folder)/a.tar.gz", "no archive")
      let noArchive = try run("\(tools)/cifar10", ["\(folder)/a.tar.gz", "\(folder)/out"])
      #expect(
        noArchive.code == 1 && noArchive.errors == "tools/cifar10: \(folder)/a.tar.gz is not a tar archive\n")

      try makeFolder("\(folder)/bin")
      try writeFile("\(folder)/bin/batches.meta.txt", "airplane\n")
      for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
        try writeFile("\(folder)/bin/\(name).bin", record(label: 4))
      }
      #expect(try run("/bin/tar", ["cf", "b.tar", "bin"], in: folder).code == 0)
      let badLabel = try run("\(tools)/cifar10", ["\(folder)/b.tar", "\(folder)/out"])
      #expect(badLabel.code == 1)
      #expect(badLabel.errors == "tools/cifar10: picture 0 of train has label 4 of 1 classes\n")
      #expect(names(in: folder) == ["a.tar.gz", "b.tar", "bin"])
    }
  }

  @Test func `Fashion-MNIST's files become class folders, of which the shipped pictures are a part`() throws {
    try withScratchFolder { folder in
      // The shipped image test/bag/00018.png in its place among black T-shirts.
      let bag = try Image(contentsOf: dataPath("fashion-mini/test/bag/00018.png"))
      let pixels = stride(from: 0, to: bag.pixels.count, by: 3).map { bag.pixels[$0] }
      let black = [UInt8](repeating: 0, count: 784)
      for (prefix, count) in [("train", 1), ("t10k", 19)] {
        let images = (0..<count).flatMap { $0 == 18 ? pixels : black }
        let labels = (0..<count).map { UInt8($0 == 18 ? 8 : 0) }
        try writeFile("\(folder)/\(prefix)-images-idx3-ubyte", idx([count, 28, 28]) + images)
        try writeFile("\(folder)/\(prefix)-labels-idx1-ubyte", idx([count]) + labels)
      }
      let files = names(in: folder)
      #expect(files.count == 4)
      #expect(try run("/bin/gzip", files, in: folder).code == 0)

      let ended = try run("\(tools)/fashion-mnist", ["\(folder)/out", "--from", folder])
      #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
      let shipped = try ImageFolder(dataPath("fashion-mini/test"))
      #expect(names(in: "\(folder)/out/test") == shipped.classes)
      #expect(names(in: "\(folder)/out/test/t-shirt").count == 18)
      #expect(try Image(contentsOf: "\(folder)/out/test/bag/00018.png") == bag)
    }
  }

  /// A record of CIFAR-10: its label, then three planes.
  private func record(label: Int) -> [UInt8] {
    [UInt8(label)] + (0..<3).flatMap { channel in (0..<1024).map { sample(channel, $0, label: label) } }
  }

  private func sample(_ channel: Int, _ place: Int, label: Int) -> UInt8 {
    UInt8((place * (channel + 1) + 31 * channel + label) % 256)
  }

  /// The header of an IDX file of bytes.
  private func idx(_ sizes: [Int]) -> [UInt8] {
    ([0x0800 + sizes.count] + sizes).flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } }
  }
}
