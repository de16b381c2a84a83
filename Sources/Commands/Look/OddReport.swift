import SiamFeatures
import SiamFiles
import SiamImages
import SiamReport

/// What `siam odd` found, as text, JSON or a page.
struct OddReport: Encodable {
  struct Suspect: Encodable {
    let picture: String
    let `class`, suggested: String
    /// The shares of the neighbours' votes, 0...1.
    let ownShare, suggestedShare: Double
    let reason: String
    /// The pictures nearest to it.
    let nearest: [Near]
  }

  struct Loner: Encodable {
    let picture: String
    let `class`: String?
    let similarity: Double
    let reason: String
    let nearest: [Near]
  }

  struct Near: Encodable {
    let picture: String
    let `class`: String?
    let similarity: Double
  }

  let root: String
  let pictures: Int
  /// How many labels are doubted, of which the first are listed; nil without classes.
  let doubted: Int?
  let wrongLabels: [Suspect]
  let alone: [Loner]

  enum CodingKeys: String, CodingKey {
    case root, pictures, doubted, alone
    case wrongLabels = "wrong_labels"
  }

  private static let nearestShown = 5

  init(_ odd: OddRows, in known: IndexedFeatures, limit: Int) {
    (root, pictures) = (known.folder.root, known.table.count)
    doubted = known.labels == nil ? nil : odd.suspects.count
    let (k, classes) = (odd.neighbours.k, known.folder.classes)
    func nearest(_ row: Int) -> [Near] {
      (row * k..<row * k + min(k, Self.nearestShown)).map { place in
        let other = odd.neighbours.indices[place]
        return Near(
          picture: known.path(other), class: known.className(other),
          similarity: odd.neighbours.similarities[place])
      }
    }
    wrongLabels = odd.suspects.prefix(limit).map { suspect in
      let (own, other) = (known.className(suspect.row) ?? "", classes[suspect.suggested])
      return Suspect(
        picture: known.path(suspect.row), class: own, suggested: other, ownShare: suspect.ownShare,
        suggestedShare: suspect.otherShare,
        reason:
          "of its \(k) nearest \(suspect.other) are \(shownName(other)) and \(suspect.own) \(shownName(own))",
        nearest: nearest(suspect.row))
    }
    alone = odd.loners.prefix(limit).map { loner in
      Loner(
        picture: known.path(loner.row), class: known.className(loner.row), similarity: loner.similarity,
        reason:
          "similarity \(fixed(loner.similarity, 2)) to its \(min(k, OddRows.few)) nearest, where the median is "
          + fixed(odd.medianSimilarity, 2),
        nearest: nearest(loner.row))
    }
  }

  var lines: [String] {
    var lines: [String] = []
    if let doubted {
      lines.append("\(printable(root)): \(share(doubted, of: pictures)) have neighbours of another class")
      if !wrongLabels.isEmpty {
        var table = Table([.init(title: "picture", key: "picture"), .init(title: "reason", key: "reason")])
        for one in wrongLabels { table.append([.text(printable(one.picture)), .text(one.reason)]) }
        lines += ["", "likely wrong labels, the likeliest first"] + table.lines.dropFirst().map { "  " + $0 }
        if doubted > wrongLabels.count {
          lines.append("  and \(doubted - wrongLabels.count) more, less likely (-n)")
        }
      }
    } else {
      lines.append("\(printable(root)): \(count(pictures, "picture")) without classes, so no labels to doubt")
    }
    var table = Table([.init(title: "picture", key: "picture"), .init(title: "reason", key: "reason")])
    for one in alone { table.append([.text(printable(one.picture)), .text(one.reason)]) }
    return lines + ["", "alone, the loneliest first"] + table.lines.dropFirst().map { "  " + $0 }
  }

  func page(by program: String) -> PicturePage {
    func pictures(_ path: String, _ name: String?, _ nearest: [Near]) -> [PicturePage.Picture] {
      [.init(path: path, name: printable(path), notes: name.map { [shownName($0)] } ?? [], isMarked: true)]
        + nearest.map { near in
          .init(
            path: near.picture, name: printable(near.picture),
            notes: [near.class.map(shownName), fixed(near.similarity, 2)].compactMap(\.self))
        }
    }
    let suspects = wrongLabels.map { one in
      PicturePage.Group(
        title: "\(shownName(one.class)), likely \(shownName(one.suggested))", notes: [one.reason],
        pictures: pictures(one.picture, one.class, one.nearest))
    }
    let loners = alone.map { one in
      PicturePage.Group(
        title: one.class.map(shownName) ?? "alone", notes: [one.reason],
        pictures: pictures(one.picture, one.class, one.nearest))
    }
    var sections: [PicturePage.Section] = []
    if !suspects.isEmpty {
      sections.append(.init(title: "Likely wrong labels, the likeliest first", groups: suspects))
    }
    sections.append(.init(title: "Alone, the loneliest first", groups: loners))
    return PicturePage(
      title: "\(printable(root)): odd pictures",
      summary:
        "Each picture is followed by its nearest. The first of each section are worth a look, the last are not.",
      program: program, sections: sections)
  }
}
