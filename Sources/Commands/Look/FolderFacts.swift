import SiamDatasets
import SiamImages

/// A folder's pictures in numbers.
struct FolderFacts: Encodable, Equatable {
  /// How many pictures have something, under its name.
  struct Tally: Encodable, Equatable {
    let name: String
    let pictures: Int
  }

  let root: String
  let pictures, usable: Int
  /// Of the usable pictures' files.
  let bytes: Int
  let formats, colours, orientations: [Tally]
  /// Of the shorter sides, from one power of two up to the next: "32-63".
  let shorterSides: [Tally]
  /// The most frequent sizes.
  let sizes: [Tally]
  let classes: [Tally]

  init(_ survey: FolderSurvey) {
    let usable = survey.usable.map(\.picture)
    root = survey.folder.root
    (pictures, self.usable) = (survey.results.count, usable.count)
    bytes = usable.reduce(0) { $0 + $1.bytes }
    let details = usable.map(\.header)
    formats = Self.tallies(details.map { $0.format == .png ? "PNG" : "JPEG" })
    colours = Self.tallies(details.map(\.colourName))
    orientations = Self.tallies(
      details.filter { $0.orientation != .upright }.map { "\($0.orientation.rawValue)" })
    sizes = Self.tallies(details.map { "\($0.width)x\($0.height)" })
    let powers = details.map { Int.bitWidth - 1 - $0.shorterSide.leadingZeroBitCount }
    let counts = Dictionary(grouping: powers) { $0 }.mapValues(\.count)
    if let least = powers.min(), let most = powers.max() {
      shorterSides = (least...most).map { power in
        let name = power == 0 ? "1" : "\(1 << power)-\((2 << power) - 1)"
        return Tally(name: name, pictures: counts[power] ?? 0)
      }
    } else {
      shorterSides = []
    }
    classes = survey.classSizes.map { Tally(name: $0.name, pictures: $0.count) }
  }

  /// How often each name is there, the most frequent first.
  private static func tallies(_ names: [String]) -> [Tally] {
    Dictionary(grouping: names) { $0 }.map { Tally(name: $0.key, pictures: $0.value.count) }
      .sorted { ($1.pictures, $0.name) < ($0.pictures, $1.name) }
  }

  enum CodingKeys: String, CodingKey {
    case root, pictures, usable, bytes, formats, colours, orientations, sizes, classes
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
