import SiamAugmentations
import SiamDatasets
import SiamImages
import SiamMethods

/// The defaults that `siam train` will choose for a folder, and findings on the number and sizes of its images.
struct TrainingForecast: Encodable, Equatable {
  /// The usable images.
  let images: Int
  /// The side of a view, and the name of the recipe.
  let size: Int
  let recipe: String
  let batch, stepsPerEpoch: Int
  /// The size of the decoded images in bytes, and the share of them that fits into `--memory`.
  let decodedBytes: Int
  let keptShare: Double
  /// What times of 1, 10 and 60 minutes buy on this machine.
  let plans: [Plan]

  /// What `siam train --time` chooses.
  struct Plan: Encodable, Equatable {
    let minutes, size, scales, atoms: Int
    /// The expected time.
    let seconds: Double
  }

  /// - Throws: what reading the sample throws.
  init(_ survey: FolderSurvey, options: ImageOptions) throws {
    let sample = try ImageSample(of: survey.folder, count: 64, seed: 0, reading: options.reading)
    images = survey.usable.count
    var configuration = TrainingConfiguration()
    configuration.method = BesidePatches.name(defaultMethod)
    let count = images
    let speed = PatchPlan.measuredSecondsPerProduct()
    plans = [1, 10, 60].map { minutes in
      let plan = PatchPlan(
        for: count, suitable: sample.views.size(), within: Double(30 * minutes), configuration,
        secondsPerProduct: speed)
      return Plan(
        minutes: minutes, size: plan.size, scales: plan.scales, atoms: plan.atoms, seconds: plan.seconds)
    }
    size = sample.views.size(atMost: SuitableViews.defaultSize)
    let suitable = sample.views.recipe(size: size)
    recipe = suitable.name
    batch = min(TrainingConfiguration().batch, images)
    stepsPerEpoch = max(1, images / max(1, batch))
    let reduction = options.reading.isExact ? nil : suitable.recipe.reduction(for: size)
    let sizes = survey.usable.map {
      let (width, height) = ($0.image.header.width, $0.image.header.height)
      let divisor = reduction?.divisor(width, height) ?? 1
      return 3 * ((width - 1) / divisor + 1) * ((height - 1) / divisor + 1)
    }
    decodedBytes = sizes.reduce(0, +)
    var room = ReadingOptions.defaultMemory << 20
    var kept = 0
    for size in sizes where size <= room { (room, kept) = (room - size, kept + 1) }
    keptShare = Double(kept) / Double(max(1, images))
  }

  /// What `siam train` will do, and what a network would get.
  var lines: [String] {
    plans.map { plan in
      let sizes = (0..<plan.scales).map { "\(plan.size >> $0)x\(plan.size >> $0)" }.joined(separator: " and ")
      return "siam train --time \(plan.minutes)m: patch features at \(sizes), \(plan.atoms) atoms, in about "
        + timeText(plan.seconds)
    } + [
      "and beside them \(defaultMethod.title): size \(size), recipe \(recipe), batch \(batch), "
        + "\(count(stepsPerEpoch, "step")) an epoch, as many epochs as --time allows"
    ]
  }

  /// Findings on the number and sizes of the images.
  func findings(_ survey: FolderSurvey) -> [CheckFinding] {
    let images = survey.usable.map(\.image.header)
    func paths(_ isSo: (ImageHeader) -> Bool) -> [String] {
      survey.usable.filter { isSo($0.image.header) }.map {
        let details = $0.image.header
        return "\(survey.folder.entries[$0.entry].path): \(details.width)x\(details.height)"
      }
    }
    var findings: [CheckFinding] = []
    if images.count < Self.fewImages {
      findings.append(
        CheckFinding(
          "few_pictures", .warning, images.count, "only \(count(images.count, "picture")) to learn from",
          images.count < 10
            ? "trained on anyway, without online k-NN"
            : "trained on anyway: the features will be poor"))
    }
    let small = paths { 2 * $0.shorterSide < size }
    if !small.isEmpty {
      findings.append(
        CheckFinding(
          "small_pictures", .note, small.count,
          "\(share(small.count, of: images.count)) less than half as large as a view of \(size)",
          "enlarged, which adds no detail; --size makes the views smaller", examples: small))
    }
    let large = paths { $0.shorterSide > 4 * size }
    if !large.isEmpty {
      findings.append(
        CheckFinding(
          "large_pictures", .note, large.count,
          "\(share(large.count, of: images.count)) more than four times as large as a view of \(size)",
          "used, halved while reading as far as views lose nothing: copies of \(3 * size) pixels serve as well, faster",
          examples: large))
    }
    if keptShare < 1 {
      let gigabytes = fixed(Double(decodedBytes) / Double(1 << 30), 1)
      findings.append(
        CheckFinding(
          "beyond_memory", .note, images.count - Int(keptShare * Double(images.count)),
          "decoded, the pictures take \(gigabytes) GB; \(fixed(100 * keptShare, 0)) % of them fit into "
            + "--memory \(ReadingOptions.defaultMemory)",
          "the others are read again in every epoch: give more --memory, or smaller pictures"))
    }
    return findings
  }

  private static let fewImages = 200

  enum CodingKeys: String, CodingKey {
    case size, recipe, batch, plans
    case images = "pictures"
    case stepsPerEpoch = "steps_per_epoch"
    case decodedBytes = "decoded_bytes"
    case keptShare = "kept_share"
  }
}
