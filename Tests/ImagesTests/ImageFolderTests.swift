import Glibc
import SiamFiles
import TestSupport
import Testing

@testable import SiamImages

/// Makes empty files (and the folders they are in) below `folder`.
private func fill(_ folder: String, _ paths: [String]) throws {
  for path in paths {
    let parent = path.split(separator: "/").dropLast().joined(separator: "/")
    try makeFolder("\(folder)/\(parent)")
    try writeFile("\(folder)/\(path)", [] as [UInt8])
  }
}

private func link(_ target: String, at path: String) { unsafe #expect(symlink(target, path) == 0) }

@Suite struct ImageFolderTests {
  @Test func `the demo pictures are ten classes in order`() throws {
    let folder = try ImageFolder(dataPath("fashion-mini/test"))
    #expect(folder.classes.count == 10)
    #expect(folder.entries.count == 1000)
    #expect(folder.classes == folder.classes.sorted())
    #expect(folder.entries.map { $0.label ?? -1 } == (0..<1000).map { $0 / 100 })
    #expect(folder.census == Census())
    let first = try folder.image(at: 0)
    #expect((first.width, first.height) == (28, 28))
  }

  @Test func `folders are sorted by their whole paths and by bytes, as torchvision does`() throws {
    try withScratchFolder { root in
      let ordered = [
        "A/z.png", "a/B.png", "a/b.png", "a/b/x.jpg", "a/b-c/x.jpg", "a/b/deep/er/x.JPEG", "b/e\u{301}.png",
        "b/\u{E9}.png",
      ]
      try fill(root, ordered.reversed())
      let folder = try ImageFolder(root + "//")
      #expect(folder.classes == ["A", "a", "b"])
      #expect(folder.entries.map { Array($0.path.utf8) } == ordered.map { Array($0.utf8) })
      #expect(folder.entries.map(\.label) == [0, 1, 1, 1, 1, 1, 2, 2])
    }
  }

  @Test func `extensions count in any case, and all else is counted`() throws {
    try withScratchFolder { root in
      try fill(
        root,
        ["a/1.PNG", "a/2.JpG", "a/3.jpeg", "a/4.webp", "a/5.WEBP", "a/readme", "a/.hidden.png", "b/x.txt"])
      try fill(root, [".git/x.png", "beside.png"])
      let folder = try ImageFolder(root)
      #expect(folder.entries.map(\.path) == ["a/1.PNG", "a/2.JpG", "a/3.jpeg"])
      #expect(folder.census.ignored == [".webp": 2, "": 1, ".txt": 1, ".png": 1])
      #expect(folder.census.hidden == 2)
      #expect(folder.census.emptyClasses == ["b"])
      #expect(folder.classes == ["a", "b"])
    }
  }

  @Test func `a flat folder has no labels`() throws {
    try withScratchFolder { root in
      try fill(root, ["b.png", "a.jpg", "c.gif", "notes/x.txt"])
      let folder = try ImageFolder(root)
      #expect(folder.classes.isEmpty)
      #expect(folder.entries == [.init(path: "a.jpg", label: nil), .init(path: "b.png", label: nil)])
      #expect(folder.census.ignored == [".gif": 1, ".txt": 1])
    }
  }

  @Test func `links are followed within the root only, and circles end`() throws {
    try withScratchFolder { base in
      let root = base + "/root"
      try fill(base, ["root/cat/1.png", "root/pool/2.png", "outside/3.png", "root-not/4.png"])
      link("../../outside", at: root + "/cat/out")
      link("../../outside/3.png", at: root + "/cat/out.png")
      link("../root-not", at: root + "/near")  // shares the root's name as a prefix
      link("../pool", at: root + "/cat/in")
      link("../pool/2.png", at: root + "/cat/in.png")
      link("../cat", at: root + "/cat/circle")
      link("..", at: root + "/cat/root")
      link("nowhere", at: root + "/cat/broken.png")
      link("broken2", at: root + "/cat/broken2")
      link("cat", at: root + "/dog")
      let folder = try ImageFolder(root)
      #expect(folder.classes == ["cat", "dog", "pool"])
      // "cat/root" leads to the root, and so to the pool, which "cat/in" has shown already.
      #expect(
        folder.entries.filter { $0.label == 0 }.map(\.path) == ["cat/1.png", "cat/in.png", "cat/in/2.png"])
      #expect(
        folder.entries.filter { $0.label == 1 }.map(\.path) == ["dog/1.png", "dog/in.png", "dog/in/2.png"])
      #expect(
        Set(folder.census.outside) == [
          "cat/out", "cat/out.png", "near", "dog/out", "dog/out.png", "cat/root/near", "dog/root/near",
        ])
      #expect(Set(folder.census.unreadable.map(\.path)) == ["cat/broken.png", "dog/broken.png"])
    }
  }

  @Test func `a root that is itself a link is walked`() throws {
    try withScratchFolder { base in
      try fill(base, ["real/a/1.png"])
      link("real", at: base + "/link")
      #expect(try ImageFolder(base + "/link").entries.map(\.path) == ["a/1.png"])
    }
  }

  @Test func `folders that link to one another in all ways are walked in a moment`() throws {
    try withScratchFolder { root in
      let names = (0..<12).map { "d\($0)" }
      try fill(root, names.map { "c/\($0)/x.png" })
      for a in names { for b in names { link("../\(b)", at: "\(root)/c/\(a)/to-\(b)") } }
      #expect(try ImageFolder(root).entries.count == 12)
    }
  }

  @Test func `pipes, folders and odd names under a picture's name do no harm`() throws {
    try withScratchFolder { root in
      try fill(root, ["a/new\nline.png", "a/folder.png/inner.png", "a/ok.png"])
      unsafe #expect(mkfifo(root + "/a/pipe.png", 0o600) == 0)
      unsafe #expect(mkfifo(root + "/a/pipe", 0o600) == 0)
      let folder = try ImageFolder(root)
      #expect(folder.entries.map(\.path) == ["a/new\nline.png", "a/ok.png", "a/folder.png/inner.png"])
      #expect(folder.census.unreadable == [.init(path: "a/pipe.png", reason: "not a regular file")])
      #expect(folder.census.ignored == ["": 1])
    }
  }

  @Test func `a name that is not UTF-8 is listed`() throws {
    try withScratchFolder { root in
      try fill(root, ["a/1.png"])
      let name = Array((root + "/a/").utf8).map(CChar.init(bitPattern:)) + [-1, 0x2E, 0x70, 0x6E, 0x67, 0]
      let file = unsafe open(name, O_CREAT | O_WRONLY, 0o600)
      #expect(file >= 0)
      close(file)
      defer { unsafe unlink(name) }
      let folder = try ImageFolder(root)
      #expect(folder.entries.map(\.path) == ["a/1.png"])
      #expect(folder.census.unreadable.map(\.description) == ["a/\\x{ff}.png: the name is not UTF-8"])
    }
  }

  @Test
  func `a picture that became a pipe is an error at once, and one that cannot be decoded names its path`()
    throws
  {
    try withScratchFolder { root in
      try fill(root, ["a/1.png", "a/2.png"])
      let folder = try ImageFolder(root)
      unsafe unlink(root + "/a/1.png")
      unsafe #expect(mkfifo(root + "/a/1.png", 0o600) == 0)
      #expect(throws: ImageError.unreadable(path: "a/1.png", reason: "not a regular file")) {
        try folder.image(at: 0)
      }
      #expect(throws: ImageError.unsupported(path: "a/2.png", lookingLike: "an empty file")) {
        try folder.image(at: 1)
      }
    }
  }

  @Test func `a folder without pictures says what is wrong with it`() throws {
    try withScratchFolder { base in
      #expect(throws: FolderError.missing(path: base + "/no")) { try ImageFolder(base + "/no/") }
      #expect(throws: FolderError.missing(path: "")) { try ImageFolder("") }
      #expect(throws: FolderError.empty(path: base)) { try ImageFolder(base) }
      try fill(base, ["a/1.webp", "a/2.webp", "a/x"])
      #expect(throws: FolderError.notAFolder(path: base + "/a/x")) { try ImageFolder(base + "/a/x") }
      let error = #expect(throws: FolderError.self) { try ImageFolder(base) }
      #expect(error?.description.hasSuffix("found instead: 2 .webp files, 1 file without extension") == true)
    }
  }
}
