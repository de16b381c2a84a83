import Testing

@testable import SiamImages

@Suite struct BadImagesTests {
  @Test func `a picture is listed once, with the first reason`() {
    var bad = BadImages()
    bad.add(.corrupt(path: "a.png", reason: "cut"))
    bad.add(path: "a.png", reason: "again")
    bad.add(path: "b.png", reason: "gone")
    #expect(bad.items == [.init(path: "a.png", reason: "cut"), .init(path: "b.png", reason: "gone")])
  }

  @Test func `names that only Unicode calls equal are two`() {
    var bad = BadImages()
    bad.add(path: "\u{E9}.png", reason: "x")
    bad.add(path: "e\u{301}.png", reason: "x")
    #expect(bad.count == 2)
  }

  @Test(
    "the share decides, and all is always too many",
    arguments: [
      (0, 0, 0.0, true), (0, 10, 0, true), (1, 10, 0, false), (1, 10, 0.1, true), (2, 10, 0.1, false),
      (9, 10, 1, true), (10, 10, 1, false),
    ])
  func share(count: Int, total: Int, share: Double, isFine: Bool) {
    var bad = BadImages()
    for i in 0..<count { bad.add(path: "\(i)", reason: "cut") }
    if isFine {
      #expect(throws: Never.self) { try bad.check(total: total, maximumShare: share) }
    } else {
      #expect(
        throws: TooManyBadImages(count: count, total: total, maximumShare: share, first: bad.items[0])
      ) {
        try bad.check(total: total, maximumShare: share)
      }
    }
  }

  @Test func `the sentence has the numbers, the share and an example safe to print`() {
    var bad = BadImages()
    bad.add(path: "a\u{1B}.png", reason: "cut")
    let error = #expect(throws: TooManyBadImages.self) { try bad.check(total: 4, maximumShare: 0.2) }
    #expect(error?.description.hasPrefix("1 of 4 pictures") == true)
    #expect(error?.description.hasSuffix("a\\u{1b}.png: cut") == true)
  }
}
