import Glibc
import SiamAugmentations
import SiamFeatures
import SiamFiles
import SiamImages
import SiamMethods
import SiamTensors
import TestSupport
import Testing

@testable import SiamTraining

@Suite struct FeatureIndexTests {
  private func index(of root: String = "/a", seed: UInt64 = 1, _ options: DecodingOptions = .init())
    -> FeatureIndex
  {
    var configuration = smallConfiguration()
    configuration.seed = seed
    let network = NetworkEncoder(untrained: configuration, normalization: .grey)
    return FeatureIndex(of: root, by: TrainedEncoder(network), options)
  }

  /// Writes twelve files in three classes, an index of them, and what the last update encoded.
  private func withIndex(
    _ body: (_ root: String, _ file: String, _ update: (FeatureIndex) throws -> (FeatureIndex, [String]))
      throws -> Void
  ) throws {
    try withScratchFolder { scratch in
      let root = "\(scratch)/in"
      try copyImages(to: root, each: 4)
      try body(root, "\(scratch)/features.index") { index in
        let folder = try ImageFolder(root)
        var encoded: [String] = []
        let updated = try index.updated(for: folder) { entries in
          var (vectors, reasons): ([Float], [String?]) = ([], [])
          for entry in entries {
            encoded.append(folder.entries[entry].path)
            // What stands for the features is the size of the file; empty files are bad.
            let size = try readFile(folder.path(at: entry)).count
            reasons.append(size == 0 ? "empty" : nil)
            if size > 0 { vectors += [Float](repeating: Float(size), count: index.dimension) }
          }
          return (vectors, reasons)
        }
        return (updated, encoded)
      }
    }
  }

  /// The size of each file, as the features have it; 0 for a bad one.
  private func sizes(_ index: FeatureIndex, _ root: String) throws -> [Int] {
    let (table, entries) = index.table(of: try ImageFolder(root))
    var sizes = [Int](repeating: 0, count: index.lines.count)
    for (row, entry) in entries.enumerated() { sizes[entry] = Int(table.vectors[row * table.dimension]) }
    return sizes
  }

  private func expectRight(_ index: FeatureIndex, _ root: String) throws {
    let folder = try ImageFolder(root)
    #expect(index.lines.map(\.path) == folder.entries.map(\.path))
    #expect(try sizes(index, root) == folder.entries.indices.map { try readFile(folder.path(at: $0)).count })
  }

  @Test func `only images that are new, changed or renamed are encoded; those that are gone leave no row`()
    throws
  {
    try withIndex { root, file, update in
      let (first, all) = try update(index())
      #expect(all.count == 12)
      try expectRight(first, root)
      try first.write(to: file)
      #expect(index().read(file) == first)

      let (same, none) = try update(index().read(file))
      #expect(same == first && none.isEmpty)

      let bags = names(in: "\(root)/bag").map { "bag/\($0)" }
      try writeFile("\(root)/\(bags[0])", try readFile("\(root)/\(bags[1])"))
      try removeFile("\(root)/\(bags[2])")
      try writeFile("\(root)/coat/zz.png", try readFile("\(root)/\(bags[3])"))
      try writeFile("\(root)/coat/empty.png", "")
      let (second, changed) = try update(same)
      #expect(changed == [bags[0], "coat/empty.png", "coat/zz.png"])
      try expectRight(second, root)
      try second.write(to: file)
      #expect(index().read(file) == second)
      #expect(second.lines.filter { $0.reason != nil }.map(\.path) == ["coat/empty.png"])

      // What could not be used is not tried again, unless it is asked for.
      #expect(try update(second).1.isEmpty)
      var tried: [Int] = []
      let folder = try ImageFolder(root)
      _ = try second.updated(for: folder, retryingBad: true) { entries in
        tried = entries
        return ([], ["still empty"])
      }
      #expect(tried.map { folder.entries[$0].path } == ["coat/empty.png"])
    }
  }

  @Test func `a file of the same size and time with other bytes is changed`() throws {
    try withIndex { root, _, update in
      let path = "\(root)/bag/\(names(in: "\(root)/bag")[0])"
      let times = [timespec(tv_sec: 1_000_000, tv_nsec: 0), timespec(tv_sec: 1_000_000, tv_nsec: 0)]
      unsafe #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
      let (first, _) = try update(index())
      var bytes = try readFile(path)
      bytes[bytes.count - 1] ^= 1
      try writeFile(path, bytes)
      unsafe #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
      #expect(try update(first).1 == ["bag/\(names(in: "\(root)/bag")[0])"])
    }
  }

  @Test func `another encoder, folder or way of reading makes it useless`() throws {
    try withIndex { root, file, update in
      let (first, _) = try update(index())
      try first.write(to: file)
      var turned = DecodingOptions()
      turned.appliesOrientation = true
      for other in [index(seed: 2), index(of: "/b"), index(turned)] {
        #expect(other.read(file) == other && other.lines.isEmpty)
      }
      #expect(index().read(root).lines.isEmpty && index().read(file + "x").lines.isEmpty)
    }
  }

  @Test func `damaged or cut short it holds nothing`() throws {
    try withIndex { _, file, update in
      try update(index()).0.write(to: file)
      let bytes = try readFile(file)
      for place in stride(from: 0, to: bytes.count, by: 211) {
        var broken = bytes
        broken[place] ^= 4
        try writeFile(file, broken)
        #expect(index().read(file).lines.isEmpty, "byte \(place)")
        try writeFile(file, Array(bytes.prefix(place)))
        #expect(index().read(file).lines.isEmpty, "cut at \(place)")
      }
    }
  }
}
