import SiamDatasets
import SiamFiles
import SiamImages
import SiamReport

/// What `siam duplicates` found, as text, JSON or a page.
struct DuplicatesReport: Encodable {
  struct Picture: Encodable {
    let path: String
    let `class`: String?
    let width, height, bytes: Int
    /// "best", "same file", "same pixels" or "near".
    let likeness: String
    /// Of a near one.
    let difference: Double?
  }

  struct Group: Encodable {
    let exact, severalClasses: Bool
    let pictures: [Picture]

    enum CodingKeys: String, CodingKey {
      case exact, pictures
      case severalClasses = "several_classes"
    }
  }

  let root: String
  /// How many were compared.
  let pictures: Int
  /// The largest difference of near ones.
  let threshold: Double
  let groups: [Group]

  init(_ survey: FolderSurvey, _ duplicates: Duplicates, exactOnly: Bool) {
    let (folder, usable) = (survey.folder, survey.usable)
    root = folder.root
    (pictures, threshold) = (usable.count, duplicates.threshold)
    let found = DuplicateGroups(
      exactOnly ? duplicates.exact : duplicates, of: usable.map(\.image),
      labels: usable.map { folder.entries[$0.entry].label })
    groups = found.groups.map { group in
      Group(
        exact: group.isExact, severalClasses: group.isTorn,
        pictures: group.members.map { index, likeness in
          let (entry, image) = usable[index]
          var difference: Double?
          if case .near(let value) = likeness { difference = value }
          return Picture(
            path: folder.path(at: entry), class: folder.entries[entry].label.map { folder.classes[$0] },
            width: image.header.width, height: image.header.height, bytes: image.bytes,
            likeness: likeness.name, difference: difference)
        })
    }
  }

  /// The groups that are told together, each kind with its heading.
  private var kinds: [(title: String, groups: [Group])] {
    [
      ("in several classes: at most one of the classes can be right", groups.filter(\.severalClasses)),
      ("exact copies", groups.filter { $0.exact && !$0.severalClasses }),
      ("near copies", groups.filter { !$0.exact && !$0.severalClasses }),
    ].filter { !$0.1.isEmpty }
  }

  private var summary: String {
    let others = groups.flatMap { $0.pictures.dropFirst() }
    if groups.isEmpty { return "\(printable(root)): no duplicates among \(count(pictures, "picture"))" }
    return
      "\(printable(root)): \(count(groups.count, "group")) among \(count(pictures, "picture")); "
      + "\(count(others.count, "picture")), \(sizeText(others.reduce(0) { $0 + $1.bytes })), beside the best of each"
  }

  var lines: [String] {
    var lines = [summary]
    for (title, groups) in kinds {
      lines += ["", title]
      for (index, group) in groups.enumerated() {
        if index > 0 { lines.append("") }
        var table = Table(["picture", "size", "bytes", "is"].map { .init(title: $0, key: $0) })
        for picture in group.pictures {
          table.append(
            [
              .text(printable(picture.path)), .text(picture.size), .text(sizeText(picture.bytes)),
              .text(picture.what),
            ])
        }
        lines += table.lines.dropFirst().map { "  " + $0 }
      }
    }
    return lines
  }

  /// The groups as a page.
  func page(of title: String, by program: String) -> PicturePage {
    PicturePage(
      title: title, summary: summary, program: program,
      sections: kinds.map { title, groups in
        PicturePage.Section(
          title: title.prefix(1).uppercased() + title.dropFirst(),
          groups: groups.map { group in
            PicturePage.Group(
              title: count(group.pictures.count, "picture"),
              pictures: group.pictures.map { picture in
                PicturePage.Picture(
                  path: picture.path, name: printable(picture.path),
                  notes: [
                    picture.class.map(shownName), "\(picture.size), \(sizeText(picture.bytes))", picture.what,
                  ]
                  .compactMap(\.self),
                  isMarked: group.severalClasses)
              })
          })
      })
  }
}

extension DuplicatesReport.Picture {
  fileprivate var size: String { "\(width)x\(height)" }

  /// "best", "near, differs by 0.0021".
  fileprivate var what: String {
    difference.map { "\(likeness), differs by \(fixed($0, 4))" } ?? likeness
  }
}

extension DuplicateGroups.Likeness {
  fileprivate var name: String {
    switch self {
    case .best: "best"
    case .sameFile: "same file"
    case .samePixels: "same pixels"
    case .near: "near"
    }
  }
}
