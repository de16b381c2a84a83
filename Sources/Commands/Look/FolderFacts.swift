import SiamDatasets
import SiamImages

/// A folder's images in numbers.
struct FolderFacts: Encodable, Equatable {
  /// The number of images with a named property.
  struct Tally: Encodable, Equatable {
    let name: String
    let images: Int

    enum CodingKeys: String, CodingKey {
      case name
      case images = "pictures"
    }
  }

  let root: String
  let images, usable: Int
  /// Of the usable images' files.
  let bytes: Int
  let formats, colours, orientations: [Tally]
  /// Of the shorter sides, from one power of two up to the next: "32-63".
  let shorterSides: [Tally]
  /// The most frequent sizes.
  let sizes: [Tally]
  let classes: [Tally]

  init(_ survey: FolderSurvey) {
    let usable = survey.usable.map(\.image)
    root = survey.folder.root
    (images, self.usable) = (survey.results.count, usable.count)
    bytes = usable.reduce(0) { $0 + $1.bytes }
    let details = usable.map(\.header)
    formats = Self.tallies(details.map(\.format.name))
    colours = Self.tallies(details.map(\.colourName))
    orientations = Self.tallies(
      details.filter { $0.orientation != .upright }.map { "\($0.orientation.rawValue)" })
    sizes = Self.tallies(details.map { "\($0.width)x\($0.height)" })
    let powers = details.map { Int.bitWidth - 1 - $0.shorterSide.leadingZeroBitCount }
    let counts = Dictionary(grouping: powers) { $0 }.mapValues(\.count)
    if let least = powers.min(), let most = powers.max() {
      shorterSides = (least...most).map { power in
        let name = power == 0 ? "1" : "\(1 << power)-\((2 << power) - 1)"
        return Tally(name: name, images: counts[power] ?? 0)
      }
    } else {
      shorterSides = []
    }
    classes = survey.classSizes.map { Tally(name: $0.name, images: $0.count) }
  }

  /// The count of each name, the most frequent first.
  private static func tallies(_ names: [String]) -> [Tally] {
    Dictionary(grouping: names) { $0 }.map { Tally(name: $0.key, images: $0.value.count) }
      .sorted { ($1.images, $0.name) < ($0.images, $1.name) }
  }

  enum CodingKeys: String, CodingKey {
    case root, usable, bytes, formats, colours, orientations, sizes, classes
    case images = "pictures"
    case shorterSides = "shorter_sides"
  }
}

extension ImageHeader {
  /// "grey", "16-bit colour with transparency".
  var colourName: String {
    let name = colour == .inks ? "CMYK" : colour.rawValue
    return (depth == 8 ? "" : "\(depth)-bit ") + name + (hasTransparency ? " with transparency" : "")
  }
}
