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
  }

  /// Records of versions that always read exactly lack this key.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    isStrict = try values.decode(Bool.self, forKey: .isStrict)
    maximumBadShare = try values.decode(Double.self, forKey: .maximumBadShare)
    maximumPixels = try values.decode(Int.self, forKey: .maximumPixels)
    wideGrey = try values.decode(DecodingOptions.WideGrey.self, forKey: .wideGrey)
    appliesOrientation = try values.decode(Bool.self, forKey: .appliesOrientation)
    isExact = try values.decodeIfPresent(Bool.self, forKey: .isExact) ?? true
  }
}
