import SiamDatasets
import SiamFiles
import SiamImages

/// Findings on the other files in a folder, and on the sizes of its classes.
struct FolderFindings {
  private let survey: FolderSurvey
  private let census: Census
  private let options: ImageOptions
  /// The usable images of each class.
  private let classes: [(name: String, count: Int)]

  init(_ survey: FolderSurvey, options: ImageOptions) {
    (self.survey, census, classes) = (survey, survey.folder.census, survey.classSizes)
    self.options = options
  }

  var all: [CheckFinding] {
    [unreadable, outside].compactMap(\.self) + others + [waiting, hidden].compactMap(\.self) + ofLabels
      + ofClasses
  }

  /// Findings on the table that labels the pictures.
  private var ofLabels: [CheckFinding] {
    guard let labels = survey.folder.labels else { return [] }
    let unlabelled = survey.usable.count { survey.folder.entries[$0.entry].label == nil }
    let file = printable(labels.file)
    return [
      labels.absent.isEmpty
        ? nil
        : CheckFinding(
          "labels_without_pictures", .warning, labels.absent.count,
          "\(count(labels.absent.count, "row")) of \(file) without a picture: there is no such file",
          "left out",
          examples: labels.absentItems.map(CheckFinding.Example.init)),
      labels.elsewhere == 0
        ? nil
        : CheckFinding(
          "labels_of_other_files", .note, labels.elsewhere,
          "\(count(labels.elsewhere, "row")) of \(file) for files that are not among these pictures",
          "left out"),
      unlabelled == 0
        ? nil
        : CheckFinding(
          "unlabelled_pictures", .note, unlabelled,
          "\(share(unlabelled, of: survey.usable.count)) without a label in \(file)",
          "learned from, but they judge nothing"),
    ].compactMap(\.self)
  }

  private var unreadable: CheckFinding? {
    guard !census.unreadable.isEmpty else { return nil }
    let isTooMuch = survey.isTooBad(for: options)
    return CheckFinding(
      "unreadable_names", isTooMuch ? .error : .warning, census.unreadable.count,
      "\(count(census.unreadable.count, "name")) that cannot be read: folders, broken links, pipes, odd names",
      isTooMuch ? "more than --max-bad allows: siam train stops" : "left out",
      examples: census.unreadable.map(CheckFinding.Example.init))
  }

  private var outside: CheckFinding? {
    guard !census.outside.isEmpty else { return nil }
    return CheckFinding(
      "outside_links", .warning, census.outside.count,
      "\(count(census.outside.count, "link")) pointing outside the folder",
      "not followed: copy the pictures, or give the folder that contains them", examples: census.outside)
  }

  /// Pictures in formats that this build does not decode, under whatever names.
  private var waiting: CheckFinding? {
    var counts: [String: Int] = [:]
    for (kind, paths) in survey.others { counts[kind, default: 0] += paths.count }
    for case .failure(.unsupported(_, let kind)) in survey.results { counts[kind, default: 0] += 1 }
    let formats = ImageFormat.allCases.filter { !$0.isRead && counts[$0.kind] ?? 0 > 0 }
    guard !formats.isEmpty else { return nil }
    let total = formats.reduce(0) { $0 + (counts[$1.kind] ?? 0) }
    let each = formats.map { "\($0.name) \(counts[$0.kind] ?? 0)" }.joined(separator: ", ")
    return CheckFinding(
      "waiting_pictures", .note, total,
      "\(count(total, "picture")) in formats that wait for libvips: \(each)",
      ImageFormat.remedy.replacing("reads it", with: "reads them"))
  }

  private var hidden: CheckFinding? {
    guard census.hidden > 0 else { return nil }
    return CheckFinding(
      "hidden_names", .note, census.hidden, "\(count(census.hidden, "name")) beginning with a dot", "left out"
    )
  }

  /// A finding for each kind of file that is not named as an image, or lies outside the class folders.
  private var others: [CheckFinding] {
    survey.others.flatMap { kind, paths -> [CheckFinding] in
      let beside = paths.filter { SiamImages.isImage($0) }
      let rest = paths.filter { !SiamImages.isImage($0) }
      let isImage = kind.hasSuffix(" picture")
      let format = ImageFormat.allCases.first { $0.isRead && $0.kind == kind }
      let noun = kind.split(separator: " ").dropFirst().joined(separator: " ")
      var findings: [CheckFinding] = []
      if !beside.isEmpty {
        findings.append(
          CheckFinding(
            "beside_classes", .warning, beside.count,
            "\(count(beside.count, "picture")) beside the class folders", "left out: they belong to no class",
            examples: beside))
      }
      guard !rest.isEmpty else { return findings }
      let thing = noun.hasSuffix("kind of file") ? "file of another kind" : noun
      let things = noun.hasSuffix("kind of file") ? "files of other kinds" : noun + "s"
      findings.append(
        CheckFinding(
          format != nil ? "unnamed_pictures" : isImage ? "other_pictures" : "other_files",
          isImage ? .warning : .note, rest.count, count(rest.count, thing, plural: things),
          format != nil
            ? "left out because of their names: rename them to \(format?.extensions.first ?? "")"
            : isImage ? "left out: convert them to PNG or JPEG" : "left out", examples: rest))
      return findings
    }
  }

  /// A data set's root, given in place of its training folder.
  private var splits: CheckFinding? {
    guard let parts = DatasetParts(of: survey.folder) else { return nil }
    if parts.place == .withinClasses {
      return CheckFinding(
        "split_folders_in_classes", .warning, parts.names.count,
        "folders \(survey.folder.labels == nil ? "within the classes " : "")named like the parts of a data set",
        "all are learned from, and judged by a random fifth; copy the test pictures to a folder of their own, or "
          + "leave them out by --exclude", examples: parts.names.map { CheckFinding.Example(class: $0) })
    }
    var action = "taken as classes, which is probably not intended"
    let root = survey.folder.root
    if let learning = parts.learning, let judging = parts.judging {
      action +=
        "; siam train refuses them; try siam check \(shellWord(root + "/" + learning)) --test "
        + shellWord(root + "/" + judging)
    }
    return CheckFinding(
      "split_folders", .warning, parts.names.count, "classes named like the parts of a data set", action,
      examples: parts.names.map { CheckFinding.Example(class: $0) })
  }

  /// Classes with fewer images than this are reported as small.
  private static let fewInClass = 10

  private var ofClasses: [CheckFinding] {
    guard !classes.isEmpty else {
      return [
        CheckFinding(
          "no_classes", .note, 0, "no class folders",
          "training is unaffected, but the features cannot be judged by k-NN")
      ]
    }
    func some(
      _ kind: String, _ weight: CheckFinding.Weight, _ what: String, _ action: String, _ isSo: (Int) -> Bool
    ) -> CheckFinding? {
      let found = classes.filter { isSo($0.count) }
      guard !found.isEmpty else { return nil }
      return CheckFinding(
        kind, weight, found.count,
        "\(found.count) of \(count(classes.count, "class", plural: "classes")) \(what)", action,
        examples: found.map { CheckFinding.Example(class: $0.name, ": \($0.count)") })
    }
    var findings = [
      splits,
      some("empty_classes", .warning, "without a usable picture", "left out") { $0 == 0 },
      some(
        "single_picture_classes", .warning, "with a single picture",
        "used for training; k-NN never finds such a class when its picture is held out"
      ) { $0 == 1 },
      some(
        "small_classes", .warning, "with fewer than \(Self.fewInClass) pictures",
        "used; their accuracy means little, and with k of 20 or more they are outvoted"
      ) { (2..<Self.fewInClass).contains($0) },
    ].compactMap(\.self)
    let sizes = classes.map(\.count).filter { $0 > 0 }.sorted()
    if sizes.count == 1 {
      findings.append(
        CheckFinding("one_class", .note, 1, "one class only", "k-NN needs two; training does not"))
    }
    if let least = sizes.first, let most = sizes.last, most >= 10 * least {
      findings.append(
        CheckFinding(
          "unbalanced_classes", .note, sizes.count, "classes from \(least) to \(count(most, "picture"))",
          "the accuracy is mostly that of the large classes; siam eval --per-class shows each class"))
    }
    return findings
  }
}

extension FolderSurvey {
  /// The usable images of each class, in the folder's order; none for a flat folder.
  var classSizes: [(name: String, count: Int)] {
    var sizes = [Int](repeating: 0, count: folder.classes.count)
    for (entry, _) in usable {
      if let label = folder.entries[entry].label { sizes[label] += 1 }
    }
    return zip(folder.classes, sizes).map { ($0, $1) }
  }
}
