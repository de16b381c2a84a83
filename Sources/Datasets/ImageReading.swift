import SiamFiles
package import SiamImages

/// How the images of a folder are read: one value for the commands, the store and `config.json`.
package struct ImageReading: Sendable, Equatable, Codable {
  /// Whether the first image that cannot be read or has a flaw is an error rather than skipped.
  package var isStrict: Bool
  /// The share of bad images, 0...1, above which a folder is refused.
  package var maximumBadShare: Double
  /// See `DecodingOptions`.
  package var maximumPixels: Int
  package var wideGrey: DecodingOptions.WideGrey
  package var appliesOrientation: Bool
  /// Whether large images keep every pixel rather than being reduced as far as the views allow.
  package var isExact: Bool
  /// Which names are left out, and whether links out of a folder are followed.
  package var rules = FolderRules()

  package init(
    isStrict: Bool = false, maximumBadShare: Double = 0.1,
    maximumPixels: Int = DecodingOptions().maximumPixels, wideGrey: DecodingOptions.WideGrey = .highByte,
    appliesOrientation: Bool = false, isExact: Bool = false
  ) {
    (self.isStrict, self.maximumBadShare, self.maximumPixels) = (isStrict, maximumBadShare, maximumPixels)
    (self.wideGrey, self.appliesOrientation, self.isExact) = (wideGrey, appliesOrientation, isExact)
  }

  /// How each file is decoded.
  ///
  /// - Parameter reduction: what the views allow, for a reading that is not exact.
  package func decoding(reducedTo reduction: Reduction? = nil) -> DecodingOptions {
    var options = DecodingOptions()
    (options.maximumPixels, options.wideGrey) = (maximumPixels, wideGrey)
    (options.appliesOrientation, options.strict) = (appliesOrientation, isStrict)
    options.reduction = isExact ? nil : reduction
    return options
  }

  private enum CodingKeys: String, CodingKey {
    case isStrict = "strict"
    case maximumBadShare, maximumPixels, wideGrey, appliesOrientation
    case isExact = "exactDecode"
    case followsLinks, excluded
  }

  /// Records of earlier versions lack the last three keys: they read exactly, and left nothing out.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    isStrict = try values.decode(Bool.self, forKey: .isStrict)
    maximumBadShare = try values.decode(Double.self, forKey: .maximumBadShare)
    maximumPixels = try values.decode(Int.self, forKey: .maximumPixels)
    wideGrey = try values.decode(DecodingOptions.WideGrey.self, forKey: .wideGrey)
    appliesOrientation = try values.decode(Bool.self, forKey: .appliesOrientation)
    isExact = try values.decodeIfPresent(Bool.self, forKey: .isExact) ?? true
    rules.followsLinks = try values.decodeIfPresent(Bool.self, forKey: .followsLinks) ?? false
    let patterns = try values.decodeIfPresent([String].self, forKey: .excluded) ?? []
    rules.excluded = patterns.compactMap(NamePattern.init)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(isStrict, forKey: .isStrict)
    try values.encode(maximumBadShare, forKey: .maximumBadShare)
    try values.encode(maximumPixels, forKey: .maximumPixels)
    try values.encode(wideGrey, forKey: .wideGrey)
    try values.encode(appliesOrientation, forKey: .appliesOrientation)
    try values.encode(isExact, forKey: .isExact)
    try values.encode(rules.followsLinks, forKey: .followsLinks)
    try values.encode(rules.excluded.map(\.text), forKey: .excluded)
  }
}
