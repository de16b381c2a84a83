import Files
import Images
import SelfSupervised

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

  /// - Parameters:
  ///   - readsAll: whether the command reads the whole folder, so that the share of bad pictures means something.
  ///   - strictly: what `--strict` means for a command that goes on after a bad picture all the same.
  init(_ arguments: inout Arguments, readsAll: Bool = true, strictly: String? = nil) throws(UsageError) {
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
      "--max-megapixels", value: "X", default: 100, in: .above(0, through: 1000.0),
      help: "skip larger pictures")
    let wideGrey = try arguments.option(
      "--grey16", default: WideGrey.high,
      help: "16-bit grey pictures: take the high byte, or clip at 255 as Pillow does")
    let isTurned = arguments.flag("--turn", help: "turn pictures as their EXIF orientation says")
    isExact = arguments.flag(
      "--exact-decode",
      help:
        "keep every pixel of large pictures, instead of halving their sides while views lose nothing by it")
    var decoding = DecodingOptions()
    decoding.maximumPixels = Int(megapixels * 1e6)
    decoding.wideGrey = wideGrey == .high ? .highByte : .clip
    decoding.appliesOrientation = isTurned
    decoding.strict = rejectsFlaws
    self.decoding = decoding
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
