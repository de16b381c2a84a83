package import SiamImages

/// A page of pictures in groups, such as copies: one file, without a script, that needs no other.
package struct PicturePage: Sendable {
  package struct Picture: Sendable {
    /// Where it is read from.
    let path: String
    /// What it is called on the page.
    let name: String
    let notes: [String]
    /// Whether its notes are to be seen first.
    let isMarked: Bool

    package init(path: String, name: String, notes: [String], isMarked: Bool = false) {
      (self.path, self.name, self.notes, self.isMarked) = (path, name, notes, isMarked)
    }
  }

  package struct Group: Sendable {
    let title: String
    let notes: [String]
    let pictures: [Picture]

    package init(title: String, notes: [String] = [], pictures: [Picture]) {
      (self.title, self.notes, self.pictures) = (title, notes, pictures)
    }
  }

  package struct Section: Sendable {
    let title: String
    let groups: [Group]

    package init(title: String, groups: [Group]) { (self.title, self.groups) = (title, groups) }
  }

  let title, summary, program: String
  let sections: [Section]

  /// The pictures that a page shows at most; of more, the first groups.
  static let mostPictures = 3000
  private static let side = 144

  /// How far pictures may be reduced that are read for a page.
  package static var reduction: Reduction { Reduction(pixels: side * side, side: side) }

  package init(title: String, summary: String, program: String, sections: [Section]) {
    (self.title, self.summary, self.program, self.sections) = (title, summary, program, sections)
  }

  /// The whole page.
  ///
  /// - Parameter load: the picture at a path, upright; one that can no longer be read is shown by its name alone.
  /// - Throws: what `load` throws other than `ImageError`.
  package func html(loading load: (String) throws -> Image) throws -> String {
    var (body, left) = ("", Self.mostPictures)
    for (number, section) in sections.enumerated() {
      body += "<section aria-labelledby=\"section-\(number)\">\n"
      body += "<h2 id=\"section-\(number)\">\(Template.escaped(section.title))</h2>\n"
      var shown = 0
      for group in section.groups where group.pictures.count <= left {
        body += try Self.html(group, load)
        (left, shown) = (left - group.pictures.count, shown + 1)
      }
      if shown < section.groups.count {
        body +=
          "<p>\(section.groups.count - shown) of \(section.groups.count) groups are left out: a page shows up to "
          + "\(Self.mostPictures) pictures. The command's text and its JSON have all.</p>\n"
      }
      body += "</section>\n"
    }
    return Template.filled(
      PackageResources.pictures_html,
      [
        "title": Template.escaped(title), "summary": Template.escaped(summary),
        "program": Template.escaped(program), "policy": Template.policy(), "style": Template.style,
        "body": body,
      ])
  }

  private static func html(_ group: Group, _ load: (String) throws -> Image) throws -> String {
    func paragraphs(_ notes: [String]) -> String {
      notes.map { "<p>\(Template.escaped($0))</p>" }.joined()
    }
    var html =
      "<div class=\"group\"><div><strong>\(Template.escaped(group.title))</strong>\(paragraphs(group.notes))</div>\n"
      + "<div class=\"pictures\">\n"
    for picture in group.pictures {
      var image = ""
      do {
        let small = try load(picture.path).fitted(to: side)
        image =
          "<img src=\"data:image/jpeg;base64,\(base64(try small.jpegBytes(quality: 82)))\" width=\"\(small.width)\" "
          + "height=\"\(small.height)\" alt=\"\">"
      } catch is ImageError {
        image = "<span>cannot be read</span>"
      }
      html +=
        "<figure class=\"picture\">\(image)<figcaption><span class=\"name\">\(Template.escaped(picture.name))</span>"
        + picture.notes.map {
          "<span\(picture.isMarked ? " class=\"wrong\"" : "")>\(Template.escaped($0))</span>"
        }.joined() + "</figcaption></figure>\n"
    }
    return html + "</div></div>\n"
  }
}
