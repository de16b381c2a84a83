import Testing

@testable import SiamImages

@Suite struct ImageErrorTests {
  @Test(
    "an error is one line: the path, safe to print, and the reason",
    arguments: [
      (ImageError.corrupt(path: "a\n.png", reason: "CRC error"), "a\\u{a}.png: CRC error"),
      (
        .unsupported(path: "a", lookingLike: "a GIF picture"),
        ImageFormat.readsAll
          ? "a: a GIF picture, no picture that Siam reads"
          : "a: a GIF picture, neither PNG nor JPEG; tools/build --with vips makes a siam that reads it"
      ),
      (.unsupported(path: "a", lookingLike: "a PDF document"), "a: a PDF document, \(ImageFormat.refusal)"),
      (
        .tooLarge(path: "a", width: 30000, height: 20000, maximumPixels: 100),
        "a: 30000×20000 pixels, more than the limit of 100"
      ),
      (.doubtful(path: "a", warnings: 1, reason: "odd"), "a: warning: odd"),
      (.doubtful(path: "a", warnings: 3, reason: "odd"), "a: 3 warnings, the first: odd"),
    ])
  func sentences(error: ImageError, sentence: String) {
    #expect(error.description == sentence)
    #expect(sentence.hasSuffix(error.reason))
  }
}
