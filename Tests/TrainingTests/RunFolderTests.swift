import Glibc
import SiamDatasets
import SiamFiles
import SiamImages
import SiamNeuralNetworks
import SiamTensors
import SiamTraining
import TestSupport
import Testing

@Suite struct RunFolderTests {
  @Test func `a run is told from nothing and from other things`() throws {
    try withSmallStore(each: 2) { store in
      try withScratchFolder { scratch in
        let run = RunFolder("\(scratch)/new//")
        #expect(try run.path == "\(scratch)/new" && run.occupant() == .nothing)
        try makeFolder(run.path)
        #expect(try run.occupant() == .nothing)
        try writeFile("\(run.path)/.hidden", "")
        #expect(try run.occupant() == .somethingElse)
        // Made once: a record notes the number of threads, which other tests change meanwhile.
        let written = smallRecord(store)
        try run.begin(written, bad: [])
        #expect(try run.occupant() == .run)
        #expect(try run.record() == written)
        for text in ["{}", "[]", "nothing", ""] {
          try writeFile(run.config, text)
          #expect(try run.occupant() == .somethingElse)
          #expect(throws: CheckpointError.self) { try run.record() }
        }
        try writeFile("\(scratch)/file", "")
        #expect(try RunFolder("\(scratch)/file").occupant() == .somethingElse)
      }
    }
  }

  @Test func `a run of a version that kept every pixel says so by saying nothing`() throws {
    try withScratchFolder { root in
      try withSmallStore(each: 2) { store in
        let folder = RunFolder("\(root)/run")
        try folder.begin(smallRecord(store), bad: [])
        #expect(try !folder.record().reading.isExact)
        let config = String(decoding: try readFile(folder.config), as: UTF8.self)
        let older = config.split(separator: "\n").filter { !$0.contains("\"exact_decode\"") }
        #expect(older.count == config.split(separator: "\n").count - 1)
        try writeFile(folder.config, older.joined(separator: "\n"))
        #expect(try folder.record().reading.isExact)
      }
    }
  }

  @Test func `beginning anew removes a run's files and nothing else`() throws {
    try withSmallStore(each: 2) { store in
      try withScratchFolder { scratch in
        let run = RunFolder(scratch)
        var bad = BadImages()
        bad.add(path: "a\nb", reason: "broken")
        try run.begin(smallRecord(store), bad: bad.items)
        #expect(try readFile(run.skipped) == Array("a\\u{a}b: broken\n".utf8))
        try writeFile("\(scratch)/features.npy", "mine")
        for path in [run.checkpoint, run.encoder] { try writeFile(path, "old") }
        try run.append(EpochMetrics(epoch: 0, step: 0))
        try run.begin(smallRecord(store), bad: [])
        #expect(names(in: scratch) == ["config.json", "features.npy"])
      }
    }
  }

  @Test func `a start that ends before the earlier run is gone leaves no metrics without their checkpoint`()
    throws
  {
    try withSmallStore(each: 2) { store in
      try withScratchFolder { scratch in
        let run = RunFolder(scratch)
        try run.begin(smallRecord(store), bad: [])
        try run.append(EpochMetrics(epoch: 0, step: 0))
        // A folder cannot be removed as a file is: here it ends.
        try makeFolder(run.checkpoint)
        #expect(throws: FileError.self) { try run.begin(smallRecord(store), bad: []) }
        #expect(names(in: scratch) == ["checkpoint.safetensors", "config.json"])
      }
    }
  }

  @Test func `metrics are a line an epoch; later and torn ones are dropped for a resume`() throws {
    try withScratchFolder { scratch in
      let run = RunFolder(scratch)
      #expect(try run.epochs().isEmpty)
      for epoch in 0..<4 {
        var metrics = EpochMetrics(epoch: epoch, step: 2 * epoch)
        metrics.loss = epoch == 3 ? .nan : -0.5
        metrics.rawKnn = .init(value: 0.5, low: 0.25, high: 0.75, queries: 8)
        try run.append(metrics)
      }
      let text = String(decoding: try readFile(run.metrics), as: UTF8.self)
      #expect(text.split(separator: "\n").count == 4 && text.hasSuffix("}\n"))
      #expect(text.contains("\"raw_knn\":{\"high\":0.75") && text.contains("\"loss\":\"nan\""))
      try appendToFile(run.metrics, "{\"epoch\":4,\"st")
      #expect(try run.epochs().map(\.epoch) == [0, 1, 2, 3])
      try run.truncateMetrics(after: 1)
      #expect(try run.epochs().map(\.step) == [0, 2])
      #expect(
        try readFile(run.metrics) == Array(text.utf8.prefix { $0 != 0x0A }) + [0x0A]
          + Array(text.split(separator: "\n")[1].utf8) + [0x0A])
    }
  }

  @Test func `one training at a time has the folder, and finds it tidy`() throws {
    try withScratchFolder { scratch in
      let run = RunFolder("\(scratch)/run")
      do {
        let claim = try run.claim()
        let refused = #expect(throws: RunInUse.self) { _ = try run.claim() }
        #expect(refused?.path == run.path && refused?.process == Int(getpid()))
        // What a start leaves that was killed before it could write anything is no run and nothing else.
        try writeFile("\(run.path)/.siam-1-2.tmp", "half")
        #expect(try run.occupant() == .nothing)
        _ = consume claim
      }
      try writeFile("\(run.path)/.siam.lock", "1\n")
      #expect(try run.occupant() == .nothing)
      let claim = try run.claim()
      #expect(names(in: run.path) == [".siam.lock"])
      _ = consume claim
      #expect(names(in: run.path).isEmpty)
    }
  }
}
