import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods

extension DecodingOptions.WideGrey: ArgumentChoice {}

extension NamePattern: ArgumentValue {
  package init?(argument: String) { self.init(argument) }
  package var argument: String { text }
  package static var placeholder: String { "GLOB" }
  package static var meaning: String { "a pattern of names" }
}

/// The decoding options of every command that reads images.
struct ImageOptions: Equatable {
  /// The values of the options.
  private(set) var reading: ImageReading
  /// Whether `--strict` is given; for `siam check` it does not mean to stop.
  let isStrict: Bool
  /// Whether these were given, rather than defaults.
  private let givesLimit, givesWideGrey: Bool
  /// The share of bad images, if it was given.
  let maximumBadShare: Double?

  /// - Parameters:
  ///   - readsAll: whether the command reads the whole folder, so that the share of bad images means something.
  ///   - walks: whether the command reads a folder at all, rather than one file.
  ///   - strictly: the help for `--strict`, for a command that continues after a bad image anyway.
  ///   - followsRun: whether options not given follow those of a run, see `follow(_:)`.
  ///   - turning: the help for `--turn`, for a command that turns pictures anyway.
  init(
    _ arguments: inout Arguments, readsAll: Bool = true, walks: Bool = true, strictly: String? = nil,
    followsRun: Bool = false, turning: String? = nil
  ) throws(UsageError) {
    let (ofRun, asRun) = followsRun ? ("the run's, or ", "; by default as in the run") : ("", "")
    var reading = ImageReading()
    arguments.section("Reading pictures")
    isStrict = arguments.flag(
      "--strict",
      help: strictly ?? "stop at the first picture that cannot be read or has a flaw, instead of skipping it")
    reading.isStrict = isStrict && strictly == nil
    maximumBadShare =
      readsAll
      ? try arguments.option(
        "--max-bad", value: "SHARE", otherwise: reading.maximumBadShare.argument, in: .from(0, through: 1),
        help: "stop if a larger share of the pictures is bad") : nil
    reading.maximumBadShare = maximumBadShare ?? (readsAll ? reading.maximumBadShare : 1)
    let megapixels = try arguments.option(
      "--max-megapixels", value: "X", otherwise: ofRun + (Double(reading.maximumPixels) / 1e6).argument,
      in: .above(0, through: 1000.0), help: "skip larger pictures")
    if let megapixels { reading.maximumPixels = Int(megapixels * 1e6) }
    let wideGrey = try arguments.option(
      "--grey16", as: DecodingOptions.WideGrey.self, otherwise: ofRun + reading.wideGrey.argument,
      help: "16-bit grey pictures: take the high byte, or clip at 255 as Pillow does")
    reading.wideGrey = wideGrey ?? reading.wideGrey
    reading.appliesOrientation = arguments.flag(
      "--turn", help: turning ?? "turn pictures as their EXIF orientation says" + asRun)
    reading.isExact = arguments.flag(
      "--exact-decode",
      help:
        "keep every pixel of large pictures, instead of halving their sides as long as views lose nothing"
        + asRun)
    if walks {
      reading.rules.followsLinks = arguments.flag(
        "--follow-links", help: "follow links that lead out of the folder too" + asRun)
      reading.rules.excluded = try arguments.every(
        "--exclude", value: "GLOB", otherwise: ofRun + "folders such as lost+found, @eaDir and __MACOSX only",
        help:
          "leave out matching names, such as 'thumb_*' or the path 'cat/old/**', in addition to hidden names")
    }
    self.reading = reading
    (givesLimit, givesWideGrey) = (megapixels != nil, wideGrey != nil)
  }

  /// How a file is decoded by itself, with every pixel; `--strict` refuses a flawed one.
  var decoding: DecodingOptions {
    var options = reading.decoding()
    options.strict = isStrict
    return options
  }

  /// Takes a run's own choices for options not given: an encoder should see images as in its training. The handling of
  /// bad images does not follow the run.
  mutating func follow(_ run: ImageReading) {
    if !givesLimit { reading.maximumPixels = run.maximumPixels }
    if !givesWideGrey { reading.wideGrey = run.wideGrey }
    reading.appliesOrientation = reading.appliesOrientation || run.appliesOrientation
    reading.isExact = reading.isExact || run.isExact
    reading.rules.followsLinks = reading.rules.followsLinks || run.rules.followsLinks
    if reading.rules.excluded.isEmpty { reading.rules.excluded = run.rules.excluded }
  }
}
