import SiamDatasets
import SiamFiles
import SiamImages
import SiamTraining
import TestSupport
import Testing

@Suite struct EvaluationSidesTests {
  private func store(_ root: String) throws -> ImageStore { try ImageStore(ImageFolder(root)) }

  @Test func `a query whose pixels the bank has is left out, whatever its name, class and file`() throws {
    try withScratchFolder { scratch in
      let (train, test) = ("\(scratch)/train", "\(scratch)/test")
      try copyImages(to: train, each: 5)
      try copyImages(to: test, after: 3, each: 5)
      let shared = names(in: "\(train)/bag")[0]
      // The same pixels in another file, under another name and in another class.
      let image = try Image(contentsOf: "\(train)/bag/\(shared)")
      try writeFile("\(test)/coat/other.png", image.pngBytes(chunks: OwnMark.restored(iterations: 9).chunk))
      let sides = EvaluationSides(train: try store(train), test: try store(test))
      #expect(sides.bank.count == 15 && sides.copies == 7 && sides.queries.count == 9 && !sides.isHeldOut)
      let kept = sides.queries.indices.map { sides.queries.store.paths[$0] }
      #expect(!kept.contains("coat/other.png"))
      #expect(kept.filter { $0.hasPrefix("bag/") }.count == 3)
    }
  }

  @Test func `what is held out votes for none of its copies, and without copies nothing changes`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 10)
      let plain = EvaluationSides(train: try store("\(scratch)/in"), test: nil)
      let split = Split.heldOut(of: 30)
      #expect(plain.queries.indices == split.queries && plain.bank.indices == split.bank)
      #expect(plain.copies == 0 && plain.isHeldOut)
      for name in ["bag", "coat", "trouser"] {
        for file in names(in: "\(scratch)/in/\(name)") {
          try writeFile("\(scratch)/in/\(name)/copy-\(file)", readFile("\(scratch)/in/\(name)/\(file)"))
        }
      }
      let doubled = try store("\(scratch)/in")
      let sides = EvaluationSides(train: doubled, test: nil)
      let bank = Set(sides.bank.indices.map { doubled.prints[$0] })
      #expect(sides.queries.indices.allSatisfy { !bank.contains(doubled.prints[$0]) })
      #expect(sides.queries.count + sides.copies == Split.heldOut(of: 60).queries.count && sides.copies > 0)
      let knn = OnlineKNN(doubled, seed: 3)
      let known = Set((knn?.split.bank ?? []).map { doubled.prints[$0] })
      #expect((knn?.split.queries ?? []).allSatisfy { !known.contains(doubled.prints[$0]) })
    }
  }

  @Test func `where all that could judge are copies nothing is left`() throws {
    try withScratchFolder { scratch in
      try copyImages(to: "\(scratch)/in", each: 6)
      let all = try store("\(scratch)/in")
      let sides = EvaluationSides(train: all, test: all)
      #expect(sides.queries.count == 0 && sides.copies == 18)
      #expect(try NearCopies(of: sides.queries, in: sides.bank) { _ in }.count == 0)
    }
  }

  @Test func `near copies are those that a check of both folders finds`() throws {
    try withScratchFolder { scratch in
      let (train, test) = ("\(scratch)/train", "\(scratch)/test")
      try copyImages(to: train, each: 6)
      try copyImages(to: test, after: 6, each: 6)
      let name = names(in: "\(train)/coat")[0]
      var paler = try Image(contentsOf: "\(train)/coat/\(name)")
      for index in paler.pixels.indices { paler.pixels[index] = UInt8(Double(paler.pixels[index]) * 0.9) }
      try writeFile("\(test)/coat/paler.png", paler.pngBytes())
      let (bank, queries) = (ImageSubset(try store(train)), ImageSubset(try store(test)))
      #expect(try NearCopies(of: queries, in: bank) { _ in }.count == 1)
    }
  }
}
