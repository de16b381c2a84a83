package import SiamImages

/// Exact copies and near duplicates as groups, the best image of each first: the one with the most pixels, then with the
/// largest file.
///
/// Every image of a group is a copy or a near duplicate of its first: of two that are alike only through a third, which is
/// smaller than both, each may begin a group of its own.
package struct DuplicateGroups: Sendable {
  /// What an image has in common with the first of its group.
  package enum Likeness: Sendable, Equatable {
    case best, sameFile, samePixels
    /// How much the sketches differ.
    case near(Double)
  }

  package struct Group: Sendable, Equatable {
    /// Indices of images with what they are, the best first, then copies, then the nearest.
    package let members: [(image: Int, likeness: Likeness)]
    /// Whether its images have different labels.
    package let isTorn: Bool

    /// Whether all images have the same pixels.
    package var isExact: Bool {
      !members.contains { if case .near = $0.likeness { true } else { false } }
    }

    package static func == (a: Group, b: Group) -> Bool {
      a.isTorn == b.isTorn && a.members.elementsEqual(b.members, by: ==)
    }
  }

  /// Torn groups first, and of both kinds exact ones first; otherwise in the order of the images.
  package let groups: [Group]

  /// - Parameters:
  ///   - images: those that were searched.
  ///   - labels: their classes.
  package init(_ duplicates: Duplicates, of images: [ExaminedImage], labels: [Int?]) {
    precondition(labels.count == images.count, "\(labels.count) labels for \(images.count) pictures")
    func isBetter(_ a: Int, _ b: Int) -> Bool {
      let (first, second) = (images[a], images[b])
      return (second.header.pixels, second.bytes, a) < (first.header.pixels, first.bytes, b)
    }
    var kin = Kinship(images.count)
    for copies in duplicates.copies { for copy in copies { kin.join(copies[0], copy) } }
    for pair in duplicates.pairs { kin.join(pair.first, pair.second) }
    var groups: [Group] = []
    for family in kin.families {
      var rest = family.sorted(by: isBetter)
      while let best = rest.first {
        let alike = rest.compactMap { image in
          Self.likeness(of: images[image], to: images[best], image == best, duplicates.threshold)
            .map { (image, $0) }
        }
        let taken = Set(alike.map(\.0))
        rest.removeAll { taken.contains($0) }
        if alike.count > 1 {
          groups.append(
            Group(
              members: alike.sorted { ($0.1.rank, $0.0) < ($1.1.rank, $1.0) },
              isTorn: Set(alike.map { labels[$0.0] }).count > 1))
        }
      }
    }
    func order(_ group: Group) -> (Int, Int, Int) {
      (group.isTorn ? 0 : 1, group.isExact ? 0 : 1, group.members.map(\.image).min() ?? 0)
    }
    self.groups = groups.sorted { order($0) < order($1) }
  }

  /// Nil for images that are not alike.
  private static func likeness(
    of image: ExaminedImage, to best: ExaminedImage, _ isBest: Bool, _ threshold: Double
  ) -> Likeness? {
    if isBest { return .best }
    if image.pixels == best.pixels { return image.file == best.file ? .sameFile : .samePixels }
    guard !image.sketch.isFaint, !best.sketch.isFaint else { return nil }
    let difference = image.sketch.difference(from: best.sketch)
    return difference <= threshold ? .near(difference) : nil
  }
}

extension DuplicateGroups.Likeness {
  fileprivate var rank: Double {
    switch self {
    case .best: -3
    case .sameFile: -2
    case .samePixels: -1
    case .near(let difference): difference
    }
  }
}

/// Images joined to families, directly or through others.
private struct Kinship {
  private var parents: [Int]

  init(_ count: Int) { parents = Array(0..<count) }

  mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (root(a), root(b))
    parents[max(a, b)] = min(a, b)
  }

  /// The families of two and more.
  var families: [[Int]] {
    mutating get {
      var members: [Int: [Int]] = [:]
      for image in parents.indices { members[root(image), default: []].append(image) }
      return members.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    }
  }

  private mutating func root(_ image: Int) -> Int {
    var image = image
    while parents[image] != image {
      parents[image] = parents[parents[image]]
      image = parents[image]
    }
    return image
  }
}

extension ImageHeader {
  fileprivate var pixels: Int { width * height }
}
