import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods

/// Findings on a folder's single images.
struct ImageFindings {
  private let survey: FolderSurvey
  private let usable: [(entry: Int, image: ExaminedImage)]
  private let options: ImageOptions

  init(_ survey: FolderSurvey, options: ImageOptions) {
    (self.survey, usable, self.options) = (survey, survey.usable, options)
  }

  var all: [CheckFinding] {
    let asStored = [bad, flawed, rotated, wideGrey, darkGrey, transparent, inks, animated, misnamed]
    let asSeen = [flat, nearlyFlat, dark, bright, blurred, mixedGrey, long]
    return (asStored + asSeen).compactMap(\.self)
  }

  private var bad: CheckFinding? {
    let bad = survey.bad
    guard !bad.isEmpty else { return nil }
    let total = survey.results.count
    let isTooMuch = bad.count == total || survey.isTooBad(for: options)
    let limit = options.reading.maximumBadShare.argument
    return CheckFinding(
      "bad_pictures", isTooMuch ? .error : .warning, bad.count,
      "\(share(bad.count, of: total)) cannot be used",
      isTooMuch
        ? "more than the share of \(limit) that --max-bad allows: siam train stops"
        : "siam train leaves them out, lists them in skipped.txt, and stops above a share of \(limit) (--max-bad)",
      examples: bad.items.map(CheckFinding.Example.init))
  }

  private var flawed: CheckFinding? {
    some(
      "flawed_pictures", .warning, "decoded with warnings",
      "siam train uses them; --strict refuses them"
    ) { image in
      image.firstWarning
    }
  }

  private var rotated: CheckFinding? {
    let isApplied = options.reading.appliesOrientation
    return some(
      "rotated_pictures", isApplied ? .note : .warning, "with an EXIF orientation other than upright",
      isApplied
        ? "--turn turns them"
        : "used as they are stored, as torchvision does; give --turn to turn them as the camera was held"
    ) { $0.header.orientation == .upright ? nil : "orientation \($0.header.orientation.rawValue)" }
  }

  private var wideGrey: CheckFinding? {
    some(
      "wide_grey", .note, "of 16-bit grey",
      options.reading.wideGrey == .clip
        ? "values above 255 become white (--grey16 clip), as in Pillow"
        : "the high byte is used; --grey16 clip does as Pillow and torchvision do, and turns nearly all of them white"
    ) { $0.header.isWideGrey ? "" : nil }
  }

  private var darkGrey: CheckFinding? {
    guard options.reading.wideGrey == .highByte else { return nil }
    return some(
      "dark_wide_grey", .warning, "of 16-bit grey with only small values",
      "their high bytes are nearly all dark (12-bit values, perhaps): scale them to 16 bits first"
    ) { $0.header.isWideGrey && $0.brightest < 64 ? "brightest \($0.brightest) of 255" : nil }
  }

  private var transparent: CheckFinding? {
    some(
      "transparent_pictures", .note, "with transparency",
      "dropped: the colours that it hides are used, as in Pillow's convert('RGB')"
    ) { $0.header.hasTransparency ? "" : nil }
  }

  private var inks: CheckFinding? {
    some("cmyk_pictures", .note, "in CMYK", "converted as by Pillow, colour profiles ignored") {
      $0.header.colour == .inks ? "" : nil
    }
  }

  private var animated: CheckFinding? {
    some("animated_pictures", .note, "with more than one frame", "the first frame is used") {
      $0.header.isAnimated ? "" : nil
    }
  }

  private var misnamed: CheckFinding? {
    let misnamed = usable.filter { entry, image in
      let path = survey.folder.entries[entry].path.lowercased()
      return !image.header.format.extensions.contains { path.hasSuffix($0) }
    }
    guard !misnamed.isEmpty else { return nil }
    return CheckFinding(
      "misnamed_pictures", .note, misnamed.count,
      "\(share(misnamed.count, of: usable.count)) named with another format's extension",
      "harmless: the format is detected from the file's first bytes",
      examples: misnamed.map { entry, image in
        "\(survey.folder.entries[entry].path): \(image.header.format.name)"
      })
  }

  private var flat: CheckFinding? {
    some(
      "flat_pictures", .warning, "of a single colour",
      "used, but there is nothing to learn from them: are they placeholders or failed downloads?"
    ) {
      guard $0.contrast <= Self.flatContrast else { return nil }
      return $0.header.hasTransparency ? "its shapes are in the transparency, which is dropped" : ""
    }
  }

  /// In grey levels: the variation that JPEG adds to a single colour.
  private static let flatContrast = 4

  private var nearlyFlat: CheckFinding? {
    ranked(
      "nearly_flat_pictures", "of nearly one colour",
      "used; less than \(Self.flatEntropy) bits a sample leave little to learn from"
    ) {
      guard $0.contrast > Self.flatContrast, $0.appearance.entropy < Self.flatEntropy else { return nil }
      return ($0.appearance.entropy, "\(fixed($0.appearance.entropy, 1)) bits")
    }
  }

  private static let flatEntropy = 1.4

  private var dark: CheckFinding? {
    ranked(
      "dark_pictures", "dark all over",
      "used; 99 % of the pixels are below \(Self.darkHighlights) of white: underexposed?"
    ) {
      guard $0.contrast > Self.flatContrast, $0.appearance.highlights < Self.darkHighlights else {
        return nil
      }
      return ($0.appearance.highlights, "\(fixed($0.appearance.highlights, 2)) of white")
    }
  }

  private var bright: CheckFinding? {
    ranked(
      "bright_pictures", "bright all over",
      "used; 95 % of the pixels are above \(Self.brightShadows) of white: overexposed, or a scan of an empty page?"
    ) {
      guard $0.contrast > Self.flatContrast, $0.appearance.shadows > Self.brightShadows else { return nil }
      return (1 - $0.appearance.shadows, "\(fixed($0.appearance.shadows, 2)) of white")
    }
  }

  /// As in cleanvision, so that the two can be compared.
  private static let (darkHighlights, brightShadows) = (0.32, 0.95)

  private var blurred: CheckFinding? {
    ranked(
      "blurred_pictures", "blurred",
      "used; their finest detail is weak at 256 pixels: out of focus, shaken, or enlarged from small ones?"
    ) {
      guard let sharpness = $0.appearance.sharpness, sharpness < Self.blurredSharpness else { return nil }
      return (sharpness, "sharpness \(fixed(sharpness, 2))")
    }
  }

  /// Of 900 pictures of clothing and objects one in a hundred lies below 0.22; of photographs blurred by 1 % of their side
  /// 95 in a hundred lie below 0.1.
  private static let blurredSharpness = 0.12

  private var mixedGrey: CheckFinding? {
    let grey = usable.count { $0.image.isGrey }
    guard grey > 0, grey < usable.count else { return nil }
    return CheckFinding(
      "mixed_grey", .note, grey,
      "\(share(grey, of: usable.count)) without any colour, among others with colour",
      "used like the others; if colour gives a class away, use a recipe with grey(1)",
      examples: usable.filter(\.image.isGrey).map { survey.folder.entries[$0.entry].path })
  }

  private var long: CheckFinding? {
    some(
      "long_pictures", .note, "more than three times as long as wide",
      "views are squares cut from them; siam eval and export see the square in the middle"
    ) {
      $0.header.longerSide > 3 * $0.header.shorterSide ? "\($0.header.width)x\($0.header.height)" : nil
    }
  }

  /// A note on the images that `remark` gives a place and a text, the least place first.
  private func ranked(
    _ kind: String, _ what: String, _ action: String,
    _ remark: (ExaminedImage) -> (place: Double, text: String)?
  ) -> CheckFinding? {
    let found = usable.compactMap { entry, image in
      remark(image).map { (path: survey.folder.entries[entry].path, place: $0.place, text: $0.text) }
    }
    guard !found.isEmpty else { return nil }
    let examples = found.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
    return CheckFinding(
      kind, .note, found.count, "\(share(found.count, of: usable.count)) \(what)", action,
      examples: examples.map { "\($0.element.path): \($0.element.text)" })
  }

  /// A finding about the images for which `remark` is not nil.
  private func some(
    _ kind: String, _ weight: CheckFinding.Weight, _ what: String, _ action: String,
    _ remark: (ExaminedImage) -> String?
  ) -> CheckFinding? {
    let examples = usable.compactMap { entry, image in
      remark(image).map { (survey.folder.entries[entry].path, $0) }
    }
    guard !examples.isEmpty else { return nil }
    return CheckFinding(
      kind, weight, examples.count, "\(share(examples.count, of: usable.count)) \(what)", action,
      examples: examples.map { $1.isEmpty ? $0 : "\($0): \($1)" })
  }
}

extension FolderSurvey {
  /// Whether a training with these options refuses the folder, since too much of it cannot be used.
  func isTooBad(for options: ImageOptions) -> Bool {
    do { try requireEnough(maximumBadShare: options.reading.maximumBadShare) } catch { return true }
    return false
  }
}
