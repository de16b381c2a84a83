import SiamFiles
import TestSupport
import Testing

@testable import SiamImages

@Suite struct ImageLabelsTests {
  /// A folder "pictures" of empty files with these paths, beside a table.
  private func folder(
    _ paths: [String], _ text: String, _ body: (ImageFolder, String) throws -> Void = { _, _ in }
  ) throws -> [String] {
    try withScratchFolder { scratch in
      let root = "\(scratch)/pictures"
      for path in paths {
        try makeFolder(parentFolder(of: "\(root)/\(path)"))
        try writeFile("\(root)/\(path)", "")
      }
      try writeFile("\(scratch)/labels.csv", text.replacing("ROOT", with: root))
      let folder = try ImageFolder(root, FolderRules(), labels: LabelTable("\(scratch)/labels.csv"))
      try body(folder, scratch)
      return folder.entries.map { "\($0.path) \($0.label.map { folder.classes[$0] } ?? "-")" }
    }
  }

  @Test func `a table labels pictures at any depth, and folders are no classes`() throws {
    let found = try folder(["z.png", "a/1.png", "a/b/2.png", "c/3.png"], "a/1.png,x\nz.png,y\nc/3.png,x\n")
    #expect(found == ["z.png y", "a/1.png x", "a/b/2.png -", "c/3.png x"])
  }

  @Test(
    "a path is relative to the folder, to the working folder or to the table's",
    arguments: ["a/1.png", "./a/1.png", "a\\1.png", "ROOT/a/1.png", "pictures/a/1.png", "./pictures/a/1.png"])
  func paths(path: String) throws { #expect(try folder(["a/1.png"], "\(path),x") == ["a/1.png x"]) }

  @Test func `the folder's own path comes before the table's`() throws {
    let found = try folder(["1.png", "pictures/1.png"], "pictures/1.png,x\n")
    #expect(found == ["1.png -", "pictures/1.png x"])
  }

  @Test func `a row whose file is missing is listed, and one of another file is counted`() throws {
    _ = try folder(["a/1.png", "a/2.txt"], "a/1.png,x\na/gone.png,y\na/2.txt,x\nlabels.csv,x\n") {
      folder, _ in
      let labels = try #require(folder.labels)
      #expect(labels.absent.map(\.line) == [2] && labels.elsewhere == 2)
    }
  }

  @Test func `two labels of a picture are refused with both lines, the same label twice is not`() throws {
    #expect(try folder(["1.png"], "1.png,x\n./1.png,x\n1.png,") == ["1.png x"])
    #expect {
      try folder(["1.png"], "path,label\n1.png,x\nROOT/1.png,y\n")
    } throws: {
      "\($0)".contains("labels.csv, line 3: ") && "\($0)".hasSuffix("/1.png is y here and x in line 2")
    }
  }

  @Test func `a table without any of the pictures is refused`() throws {
    #expect {
      try folder(["1.png"], "path,label\n2.png,x\n")
    } throws: {
      "\($0)".contains("labels.csv, line 2: 2.png: no such picture in ")
    }
  }

  @Test func `the table that is kept gives the same labels, also to pictures that are lost by then`() throws {
    let (odd, lines) = ("=a,\"b\".png", "a\nb.png")
    let table = "\(csvCell(odd)),\(csvCell("-1"))\n\(csvCell(lines)),\"x, y\"\nc.png,\n"
    _ = try folder([odd, lines, "c.png"], table) { folder, scratch in
      let paths = folder.entries.map(\.path)
      try writeFile("\(scratch)/kept.csv", try #require(folder.labels).table(of: paths))
      let kept = try LabelTable("\(scratch)/kept.csv")
      let again = try ImageFolder(folder.root, FolderRules(), labels: kept)
      #expect(again.entries == folder.entries && again.classes == folder.classes)
      try removeFile("\(folder.root)/\(odd)")
      let fewer = try ImageFolder(folder.root, FolderRules(), labels: kept)
      #expect(fewer.entries.count == 2 && fewer.holding(paths).entries == folder.entries)
    }
  }
}
