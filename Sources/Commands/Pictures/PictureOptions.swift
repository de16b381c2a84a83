import SiamFiles
import SiamImages
import SiamTraining

/// How pictures are read: the options that every command over a folder has.
struct PictureOptions: Equatable {
  enum WideGrey: String, ArgumentChoice { case high, clip }

  let decoding: DecodingOptions
  /// Whether the first bad picture ends the command, instead of being skipped.
  let isStrict: Bool
  /// The share of bad pictures above which the command ends; 1 for a command that reads only a few.
  let maximumBadShare: Double

  /// Whether large pictures keep every pixel.
  let isExact: Bool
  /// Whether these were said, and not taken by default.
  private let givesLimit, givesWideGrey: Bool

  /// - Parameters:
  ///   - readsAll: whether the command reads the whole folder, so that the share of bad pictures means something.
  ///   - strictly: what `--strict` means for a command that goes on after a bad picture all the same.
  ///   - followsRun: whether a run's own way of reading holds where nothing is said, see `following(_:)`.
  init(
    _ arguments: inout Arguments, readsAll: Bool = true, strictly: String? = nil, followsRun: Bool = false
  ) throws(UsageError) {
    let (ofRun, asRun) = followsRun ? ("the run's, or ", "; as in the run without it") : ("", "")
    arguments.section("Reading pictures")
    let rejectsFlaws = arguments.flag(
      "--strict",
      help: strictly ?? "stop at the first picture that cannot be read or has a flaw, instead of skipping it")
    isStrict = rejectsFlaws && strictly == nil
    if readsAll {
      maximumBadShare = try arguments.option(
        "--max-bad", value: "SHARE", default: 0.1, in: .from(0, through: 1),
        help: "stop if a larger share of the pictures is bad")
    } else {
      maximumBadShare = 1
    }
    let megapixels = try arguments.option(
      "--max-megapixels", value: "X", otherwise: ofRun + Self.usualMegapixels.argument,
      in: .above(0, through: 1000.0), help: "skip larger pictures")
    let wideGrey = try arguments.option(
      "--grey16", as: WideGrey.self, otherwise: ofRun + WideGrey.high.argument,
      help: "16-bit grey pictures: take the high byte, or clip at 255 as Pillow does")
    let isTurned = arguments.flag("--turn", help: "turn pictures as their EXIF orientation says" + asRun)
    isExact = arguments.flag(
      "--exact-decode",
      help:
        "keep every pixel of large pictures, instead of halving their sides while views lose nothing by it"
        + asRun)
    var decoding = DecodingOptions()
    decoding.maximumPixels = Int((megapixels ?? Self.usualMegapixels) * 1e6)
    decoding.wideGrey = wideGrey == .clip ? .clip : .highByte
    decoding.appliesOrientation = isTurned
    decoding.strict = rejectsFlaws
    self.decoding = decoding
    (givesLimit, givesWideGrey) = (megapixels != nil, wideGrey != nil)
  }

  private static let usualMegapixels = 100.0

  /// These options, but with a run's own where nothing was said: an encoder is to see pictures as it did in its training.
  /// What happens to bad pictures is not the run's business.
  func following(_ run: RunRecord.Reading) -> PictureOptions {
    PictureOptions(self, following: PictureOptions(run))
  }

  private init(_ asked: PictureOptions, following run: PictureOptions) {
    var decoding = asked.decoding
    if !asked.givesLimit { decoding.maximumPixels = run.decoding.maximumPixels }
    if !asked.givesWideGrey { decoding.wideGrey = run.decoding.wideGrey }
    if run.decoding.appliesOrientation { decoding.appliesOrientation = true }
    self.decoding = decoding
    (isStrict, maximumBadShare) = (asked.isStrict, asked.maximumBadShare)
    isExact = asked.isExact || run.isExact
    (givesLimit, givesWideGrey) = (asked.givesLimit, asked.givesWideGrey)
  }

  /// What holds without any option.
  static var usual: PictureOptions {
    var arguments = Arguments.declaring()
    guard let usual = try? PictureOptions(&arguments) else {
      preconditionFailure("declaring objects to nothing")
    }
    return usual
  }

  /// As a run recorded them.
  init(_ reading: RunRecord.Reading) {
    var decoding = DecodingOptions()
    decoding.maximumPixels = reading.maximumPixels
    decoding.wideGrey = reading.wideGrey == WideGrey.clip.rawValue ? .clip : .highByte
    decoding.appliesOrientation = reading.appliesOrientation
    decoding.strict = reading.strict
    self.decoding = decoding
    (isStrict, maximumBadShare, isExact) = (reading.strict, reading.maximumBadShare, reading.isExact)
    (givesLimit, givesWideGrey) = (true, true)
  }

  /// Notes a picture that cannot be read.
  ///
  /// - Throws: the error itself if the options are strict.
  func skip(_ error: ImageError, in bad: inout BadPictures) throws(ImageError) {
    if isStrict { throw error }
    bad.add(error)
  }
}

/// What was left out, as lines for standard error: what the walk met besides pictures, then each bad picture.
func notes(on folder: ImageFolder, bad: BadPictures, atMost limit: Int = 20) -> [String] {
  var lines: [String] = []
  let root = printable(folder.root)
  if let summary = folder.census.summary { lines.append("\(root): left out \(summary)") }
  lines += listed(folder.census.unreadable, atMost: limit)
  guard !bad.isEmpty else { return lines }
  lines.append("\(root): skipped \(count(bad.count, "bad picture"))")
  return lines + listed(bad.items, atMost: limit)
}

private func listed(_ items: [BadPictures.Item], atMost limit: Int) -> [String] {
  let lines = items.prefix(limit).map { "  " + oneLine($0.description) }
  return items.count > limit ? lines + ["  and \(items.count - limit) more"] : lines
}
