import Foundation
import SiamImages
import Testing

@testable import SiamReport

@Suite struct PicturePageTests {
  private func page(_ groups: [PicturePage.Group]) -> PicturePage {
    PicturePage(
      title: "a <b>", summary: "\"two\" & more", program: "siam test",
      sections: [PicturePage.Section(title: "</section>", groups: groups)])
  }

  private func picture(_ path: String) -> PicturePage.Picture {
    PicturePage.Picture(
      path: path, name: "<img src=x onerror=alert(1)> \(path)", notes: ["{{title}}<script>"])
  }

  @Test func `names are text, pictures are in the page, and nothing can be loaded or run`() throws {
    let image = Image(width: 300, height: 100, pixels: [UInt8](repeating: 99, count: 90_000))
    let html = try page([.init(title: "<i>", pictures: [picture("a"), picture("b")])]).html { _ in image }
    #expect(html.contains("&lt;img src=x onerror=alert(1)&gt; a</span>"))
    #expect(!html.contains("<img src=x") && !html.contains("<script") && !html.contains("<i>"))
    #expect(html.contains("{{title}}&lt;script&gt;") && html.contains("a &lt;b&gt;"))
    #expect(html.components(separatedBy: "src=\"data:image/jpeg;base64,").count == 3)
    #expect(html.contains("width=\"144\" height=\"48\""))
    let policy = try #require(html.components(separatedBy: "content=\"").dropFirst().first)
    #expect(policy.hasPrefix("default-src 'none'; ") && !policy.prefix { $0 != "\"" }.contains("script-src"))
  }

  @Test func `a picture that is gone is shown by its name, and a page has a limit that it tells`() throws {
    let small = Image(width: 1, height: 1, pixels: [0, 0, 0])
    let gone = try page([.init(title: "", pictures: [picture("a"), picture("b")])]).html { path in
      if path == "a" { throw ImageError.unreadable(path: path, reason: "gone") }
      return small
    }
    #expect(gone.contains("cannot be read") && gone.components(separatedBy: "base64,").count == 2)
    let many = try page((0..<1600).map { .init(title: "\($0)", pictures: [picture("a"), picture("b")]) })
      .html { _ in small }
    #expect(many.components(separatedBy: "base64,").count == 3001)
    #expect(many.contains("100 of 1600 groups are left out"))
  }
}
