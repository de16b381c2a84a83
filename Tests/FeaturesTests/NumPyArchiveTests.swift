import SiamFiles
import TestSupport
import Testing

@testable import SiamFeatures

@Suite struct NumPyArchiveTests {
  @Test func `an archive holds each array whole, where its directory says`() {
    let table = FeatureTable(
      vectors: [1, 2, 3, 4], dimension: 2, labels: [1, 0], classes: ["cat", "dog"],
      paths: ["dog/猫.png", "cat/b.png"])
    let bytes = numPyArchive(table, as: .float32)
    let names = ["features.npy", "paths.npy", "labels.npy", "classes.npy"]
    for name in names {
      // Once before its data, once in the directory.
      #expect(bytes.ranges(of: Array(name.utf8)).count == 2, "\(name)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    for shape in ["'<f4', 'fortran_order': False, 'shape': (2, 2)", "'<U9'", "'<i8'", "'<U3'"] {
      #expect(text.contains(shape), "\(shape)")
    }
    // The last record's signature; the 64-bit one before it counts four files.
    #expect(bytes.suffix(22).starts(with: [0x50, 0x4B, 5, 6]))
    #expect(bytes[bytes.count - 22 - 20 - 56 + 24] == 4)
  }
}
