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

  @Test(.enabled(if: !ImageFormat.readsAll))
  func `extensions count in any case, and all else is counted`() throws {
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

  @Test(.enabled(if: !ImageFormat.readsAll))
  func `a flat folder has no labels`() throws {
    try withScratchFolder { root in
      try fill(root, ["b.png", "a.jpg", "c.gif", "notes/x.txt"])
      let folder = try ImageFolder(root)
      #expect(folder.classes.isEmpty)
      #expect(folder.entries == [.init(path: "a.jpg", label: nil), .init(path: "b.png", label: nil)])
      #expect(folder.census.ignored == [".gif": 1, ".txt": 1])
    }
  }

  /// The links of the next tests: out of the root, to another class, in circles, and nowhere.
  private func makeLinks(_ base: String) throws -> String {
    let root = base + "/root"
    try fill(base, ["root/cat/1.png", "root/pool/2.png", "outside/3.png", "root-not/4.png"])
    link("../../outside", at: root + "/cat/out")
    link("../../outside/3.png", at: root + "/cat/out.png")
    link("../root-not", at: root + "/near")  // shares the root's name as a prefix
    link("../pool", at: root + "/cat/in")
    link("../pool/2.png", at: root + "/cat/in.png")
    link("../cat", at: root + "/cat/circle")
    link("..", at: root + "/cat/root")
    link("../..", at: root + "/cat/base")
    link("nowhere", at: root + "/cat/broken.png")
    link("broken2", at: root + "/cat/broken2")
    link("cat", at: root + "/dog")
    return root
  }

  @Test func `links are followed within the root only, never to another class, and circles end`() throws {
    try withScratchFolder { base in
      let folder = try ImageFolder(makeLinks(base))
      #expect(folder.classes == ["cat", "pool"])
      #expect(folder.entries.map(\.path) == ["cat/1.png", "cat/in.png", "pool/2.png"])
      #expect(folder.entries.map(\.label) == [0, 0, 1])
      #expect(Set(folder.census.outside) == ["cat/base", "cat/out", "cat/out.png", "near"])
      #expect(folder.census.unreadable.map(\.path) == ["cat/broken.png"])
      #expect(
        Set(folder.census.unwalked.map(\.description)) == [
          "dog: a link to the class cat", "cat/in: a link to the class pool",
          "cat/circle: the same folder as cat", "cat/root: a link to a folder that contains it",
          "cat/broken2: a link that leads nowhere",
        ])
    }
  }

  @Test func `with its rule links out of the root are followed, each folder once`() throws {
    try withScratchFolder { base in
      let root = try makeLinks(base)
      link("../../outside", at: root + "/pool/again")
      link("..", at: base + "/outside/up")
      let folder = try ImageFolder(root, FolderRules(followsLinks: true))
      #expect(folder.classes == ["cat", "near", "pool"])
      #expect(
        folder.entries.map(\.path) == [
          "cat/1.png", "cat/in.png", "cat/out.png", "cat/out/3.png", "near/4.png", "pool/2.png",
        ])
      #expect(folder.census.outside.isEmpty)
      #expect(
        Set(folder.census.unwalked.map(\.description)) == [
          "dog: a link to the class cat", "cat/in: a link to the class pool",
          "cat/circle: the same folder as cat", "cat/root: a link to a folder that contains it",
          "cat/base: a link to a folder that contains it", "cat/broken2: a link that leads nowhere",
          "cat/out/up: a link to a folder that contains it", "pool/again: the same folder as cat/out",
        ])
    }
  }

  @Test func `classes that are links to elsewhere are walked with the rule, and another class's never`()
    throws
  {
    try withScratchFolder { base in
      try fill(base, ["all/cat/1.png", "all/dog/2.png", "all/dog/deep/3.png", "subset/fox/4.png"])
      for name in ["cat", "dog"] { link("\(base)/all/\(name)", at: "\(base)/subset/\(name)") }
      link("\(base)/all", at: base + "/subset/fox/everything")
      link("\(base)/all/dog/deep", at: base + "/subset/fox/deep")
      link("gone", at: base + "/subset/wolf")
      let without = try ImageFolder(base + "/subset")
      #expect(without.classes == ["fox"] && without.entries.map(\.path) == ["fox/4.png"])
      #expect(without.census.outside == ["cat", "dog", "fox/deep", "fox/everything"])
      #expect(without.census.unreadable.map(\.description) == ["wolf: a link that leads nowhere"])
      let folder = try ImageFolder(base + "/subset", FolderRules(followsLinks: true))
      #expect(folder.entries.map(\.path) == ["cat/1.png", "dog/2.png", "dog/deep/3.png", "fox/4.png"])
      #expect(folder.entries.map(\.label) == [0, 1, 1, 2])
      #expect(
        folder.census.unwalked.map(\.description) == [
          "fox/deep: a link to the class dog", "fox/everything: a link to the class cat",
        ])
    }
  }

  @Test func `excluded names and the folders of systems are left out and counted`() throws {
    try withScratchFolder { root in
      try fill(
        root,
        [
          "a/1.jfif", "a/2.JPE", "a/thumb_1.png", "a/@eaDir/1.png", "a/old/x/3.png", "b/old/4.png",
          "lost+found/5.png", ".thumbnails/6.png", "__MACOSX/a/7.png", "c/8.png",
        ])
      let patterns = ["thumb_*", "a/old/**", "c"].compactMap { NamePattern($0) }
      let folder = try ImageFolder(root, FolderRules(excluded: patterns))
      #expect(folder.classes == ["a", "b"])
      #expect(folder.entries.map(\.path) == ["a/1.jfif", "a/2.JPE", "b/old/4.png"])
      #expect(
        folder.census.excluded == [
          "thumb_*": 1, "a/old/**": 1, "c": 1, "@eaDir": 1, "lost+found": 1, ".thumbnails": 1, "__MACOSX": 1,
        ])
    }
  }

  @Test func `folders that Siam wrote are no classes, and hold no pictures`() throws {
    try withScratchFolder { root in
      try fill(
        root, ["a/1.png", "a/run/sheet.png", "run/sheet.png", "lab/expansion/sheet.png", "config/2.png"])
      for run in ["a/run", "run"] {
        try writeFile("\(root)/\(run)/config.json", "{\n  \"format\" : \"siam run 1\"\n}\n")
        try writeFile("\(root)/\(run)/metrics.jsonl", "{}\n")
      }
      try writeFile("\(root)/lab/expansion/results.md", "# expansion\n")
      try writeFile(
        "\(root)/lab/expansion/results.json",
        "{\n  \"experiment\" : \"expansion\",\n  \"findings\" : []\n}\n")
      // Another program's files of the same names.
      for name in ["config.json", "metrics.jsonl"] { try writeFile("\(root)/config/\(name)", "{}\n") }
      let folder = try ImageFolder(root)
      #expect(folder.classes == ["a", "config", "lab"] && folder.census.emptyClasses == ["lab"])
      #expect(folder.entries.map(\.path) == ["a/1.png", "config/2.png"])
      #expect(folder.census.own == ["a/run", "lab/expansion", "run"])
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

  @Test func `names that are not UTF-8 are names like others, folders too`() throws {
    try withScratchFolder { root in
      // "café" in Latin-1, a name in UTF-8, and one of the characters that escape the others' bytes.
      let latin = pathString([0x63, 0x61, 0x66, 0xE9])
      let paths = [
        "\(latin)/1.png", "\(latin)/deep\(latin)/2.png", "é/\(pathString([0xFF, 0x2E, 0x70, 0x6E, 0x67]))",
        "é/\(pathString(Array("\u{EFE9}.png".utf8)))",
      ]
      try fill(root, paths)
      let folder = try ImageFolder(root)
      #expect(folder.classes == [latin, "é"] && folder.entries.map(\.label) == [0, 0, 1, 1])
      #expect(Set(folder.entries.map(\.path)) == Set(paths) && folder.census == Census())
      #expect(printable(folder.entries[1].path) == #"caf\x{e9}/deepcaf\x{e9}/2.png"#)
      #expect(throws: ImageError.unsupported(path: paths[0], lookingLike: "an empty file")) {
        try folder.image(at: 0)
      }
      // The system's own view of the names.
      unsafe #expect(access(Array("\(root)/caf".utf8).map(CChar.init(bitPattern:)) + [-23, 0], F_OK) == 0)
      #expect(try ImageFolder("\(root)/\(latin)/deep\(latin)").entries.map(\.path) == ["2.png"])
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

  @Test(.enabled(if: !ImageFormat.readsAll))
  func `a folder without pictures says what is wrong with it`() throws {
    try withScratchFolder { base in
      #expect(throws: FolderError.missing(path: base + "/no")) { try ImageFolder(base + "/no/") }
      #expect(throws: FolderError.missing(path: "")) { try ImageFolder("") }
      #expect(throws: FolderError.empty(path: base)) { try ImageFolder(base) }
      try fill(base, ["a/1.webp", "a/2.webp", "a/x"])
      #expect(throws: FolderError.notAFolder(path: base + "/a/x")) { try ImageFolder(base + "/a/x") }
      let error = #expect(throws: FolderError.self) { try ImageFolder(base) }
      #expect(error?.description.hasSuffix("found instead: 2 .webp files, 1 file without extension") == true)
      #expect(
        error?.description.contains("(tools/build --with vips makes a siam that reads WebP)") == true)
    }
  }
}
