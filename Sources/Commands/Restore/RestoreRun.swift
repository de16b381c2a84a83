import SiamFiles
import SiamImagePrior
import SiamTensors

/// One fit: the network, its stopping rule, the best image so far, and the progress texts.
struct RestoreRun {
  private(set) var prior: DeepImagePrior
  private var window: VarianceWindow?
  private let iterations: Int
  private let task: RestoreTask
  private var truth: Tensor? { task.truth }
  private let seed: UInt64
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var pace: Pace
  private var loss = Double.nan
  private var variance: Double?
  /// The average at the least variance.
  private var best: (image: Tensor, step: Int)?
  private var course: [RestoreSummary.Mark] = []

  init(_ task: RestoreTask, _ options: RestoreOptions) {
    prior = DeepImagePrior(task.observation, options.configuration)
    (window, iterations, self.task) = (options.window, options.iterations, task)
    seed = options.configuration.seed
    start = clock.now
    pace = Pace(total: options.iterations)
  }

  var isFinished: Bool { prior.steps >= iterations || isStopped }
  var isStopped: Bool { window?.isOver ?? false }
  private var seconds: Double { (clock.now - start) / .seconds(1) }

  mutating func advance() throws {
    loss = try prior.advance()
    if let verdict = window?.note(prior.output) {
      variance = verdict.variance
      if verdict.isLeast { best = (prior.average, prior.steps) }
    }
    pace.note(done: prior.steps, at: seconds)
  }

  /// Records a point of the course.
  mutating func mark() {
    course.append(
      RestoreSummary.Mark(
        iteration: prior.steps, seconds: seconds, loss: loss, variance: variance,
        psnr: truth.map { signalToNoise(task.finished(prior.output), $0) },
        averagedPSNR: truth.map { signalToNoise(task.finished(prior.average), $0) }))
  }

  /// The finished image to keep: if the rule stopped the fit, the one of least variance, otherwise the last average.
  var result: (image: Tensor, step: Int) {
    if isStopped, let best { return (task.finished(best.image), best.step) }
    return (task.finished(prior.average), prior.steps)
  }

  /// Why the rule did not end a fit that ran all iterations; nil if it did, or there was none.
  private var inaction: String? {
    guard let window, !isStopped else { return nil }
    return variance == nil
      ? "its window of \(count(window.size, "output")) was never full"
      : "the least variance was \(count(window.stepsSinceLeast, "step")) before the end, and --patience is \(window.patience)"
  }

  /// The text of the live line.
  var progress: String {
    var parts = ["iteration \(prior.steps) of \(iterations)", "loss \(fixed(loss, 6))"]
    if let truth { parts.append("PSNR \(fixed(signalToNoise(task.finished(prior.average), truth), 2)) dB") }
    if let window, variance != nil { parts.append("least variance \(window.stepsSinceLeast) steps ago") }
    if let left = pace.secondsLeft { parts.append("at most \(timeText(left)) left") }
    return parts.joined(separator: ", ")
  }

  /// The text of a plain progress line.
  var line: String {
    guard let mark = course.last else { return "" }
    var parts = ["iteration \(mark.iteration)", "loss \(fixed(mark.loss, 6))"]
    if let variance = mark.variance { parts.append("variance \(fixed(1e6 * variance, 2))e-6") }
    if let psnr = mark.psnr, let averaged = mark.averagedPSNR {
      parts.append("PSNR \(fixed(psnr, 2)) dB, averaged \(fixed(averaged, 2)) dB")
    }
    return parts.joined(separator: ", ")
  }

  func summary(
    of result: (image: Tensor, step: Int), to output: String, isInterrupted: Bool
  ) -> RestoreSummary {
    RestoreSummary(
      output: output, width: result.image.shape[1], height: result.image.shape[0],
      iterations: prior.steps, kept: result.step, isStopped: isStopped, isInterrupted: isInterrupted,
      inaction: inaction,
      returns: prior.returns, seconds: seconds, seed: seed,
      psnr: truth.map { signalToNoise(result.image, $0) },
      course: course)
  }
}

/// The result of `siam restore`, as it prints it.
struct RestoreSummary: Encodable {
  /// The state after some steps; the variance is that of the outputs in the window, PSNR is in dB.
  struct Mark: Encodable {
    let iteration: Int
    let seconds, loss: Double
    let variance, psnr, averagedPSNR: Double?
  }

  let output: String
  let width, height: Int
  /// The steps taken, and the one whose image was kept.
  let iterations, kept: Int
  let isStopped, isInterrupted: Bool
  /// Why the stopping rule never acted, if it did not.
  let inaction: String?
  /// The number of times the weights were reset to an earlier step.
  let returns: Int
  let seconds: Double
  let seed: UInt64
  /// In dB.
  let psnr: Double?
  let course: [Mark]

  func text(_ task: RestoreTask) -> String {
    var line =
      "\(printable(output)): \(width)x\(height), the average after \(kept) of \(iterations) iterations"
    if isStopped {
      line += ", where the outputs' variance was least (ES-WMV)"
    } else if isInterrupted {
      line += ", interrupted"
    } else if let inaction {
      line += "; the stopping rule (ES-WMV) never acted: \(inaction)"
    }
    line += "; \(timeText(seconds))"
    if returns > 0 { line += "; went back \(returns) times" }
    guard let truth = task.truth, let psnr else { return line }
    let before = task.damaged.map { ", PHOTO's \(fixed(signalToNoise($0, truth), 2)) dB" } ?? ""
    return line + "\nPSNR \(fixed(psnr, 2)) dB" + before
  }
}
