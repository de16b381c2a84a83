import SiamFiles
import SiamImagePrior
import SiamImages
import SiamMethods
import SiamTensors

/// Restores one image by the deep image prior: `siam restore denoise|inpaint|superres PHOTO -o OUT.png`.
struct RestoreCommand: Command {
  static let name = "restore"
  static let summary =
    "Take noise out of a photo, fill in missing pixels, or enlarge it, with no training at all."
  static let details = """
    One random hourglass network is fitted to the one damaged picture (the deep image prior, Ulyanov et al. 2018); nothing \
    is learned from other pictures. denoise fits the whole picture and stops before it fits the noise; inpaint fits the \
    pixels that the mask shows; superres seeks a picture that shrinks to PHOTO.

    Fitting stops by ES-WMV (Wang et al. 2021): the variance of the last --window outputs falls while the picture is \
    found and rises when its damage is fitted; the picture with the least variance is kept, once there was no \
    lower one for --patience steps. Otherwise the last average is kept, and the last line says that the rule never acted.

    What PHOTO has is kept: known pixels of inpaint bit for bit, transparency, the colour profile, and grey stays grey. PHOTO \
    is turned as its EXIF orientation says. The result has 8 bits a sample.

    Ctrl-C writes the best picture so far and exits with 130. The same seed gives the same picture on any number of threads \
    of the same kind of processor.
    """
  static let examples = [
    UsageExample(
      "siam restore denoise photo.png -o out.png",
      "takes noise out"),
    UsageExample(
      "siam restore inpaint photo.png --mask mask.png -o out.png",
      "fills in what the mask has black or transparent"),
    UsageExample(
      "siam restore superres photo.png --factor 4 -o out.png",
      "enlarges four times"),
  ]

  let damage: Damage
  let photo, output: String
  let mask, truth, previews: String?
  let previewEvery, factor: Int
  let isJSON, overwrite, isProfiled, keepsKnown: Bool
  let threads: Int?
  let options: RestoreOptions
  let images: ImageOptions

  init(_ arguments: inout Arguments) throws(UsageError) {
    let damage = try arguments.positional(
      "DAMAGE", among: Damage.allCases.map(\.rawValue), help: "denoise, inpaint or superres")
    photo = try arguments.positional("PHOTO", help: "the damaged picture, PNG or JPEG")
    output = try arguments.required(
      "--output", short: "-o", value: "FILE", help: "the restored picture, a .png file")
    mask = try arguments.option(
      "--mask", value: "FILE", as: String.self, otherwise: "for inpaint: what is transparent in PHOTO",
      help:
        "a picture of PHOTO's size: white for known pixels, black or transparent for pixels to fill in; if all that is "
        + "opaque is black, that is filled in")
    keepsKnown = !arguments.flag(
      "--blend",
      help:
        "take the network's picture everywhere, instead of keeping the known pixels of inpaint as they are")
    let factor = try arguments.option(
      "--factor", as: Int.self, otherwise: "4, for superres", in: .from(2, through: 8),
      help: "how many times longer the sides become")
    truth = try arguments.option(
      "--truth", value: "FILE", as: String.self, otherwise: "none",
      help: "the undamaged picture, if known; used only to report the PSNR")
    previews = try arguments.option(
      "--previews", value: "FOLDER", as: String.self, otherwise: "none",
      help: "where to write the averaged picture during fitting")
    let every = try arguments.option(
      "--preview-every", value: "N", as: Int.self, otherwise: "100", in: .from(1, through: 1_000_000),
      help: "iterations between previews, and between plain progress lines")
    isJSON = arguments.flag("--json", help: "print a summary with the course as JSON")
    isProfiled = arguments.flag("--profile", help: "print a time profile on standard error")
    overwrite = arguments.flag("--overwrite", help: "replace the output and previews that exist")
    threads = try threadsOption(&arguments)
    options = try RestoreOptions(&arguments)
    images = try ImageOptions(
      &arguments, readsAll: false, walks: false,
      turning: "PHOTO is always turned as its EXIF orientation says; this changes nothing")
    (self.factor, previewEvery) = (factor ?? 4, every ?? 100)
    if arguments.isDeclaring {
      self.damage = .denoise
      return
    }
    guard let kind = Damage(rawValue: damage) else {
      let names = Damage.allCases.map(\.rawValue)
      throw UsageError(
        "unknown damage \(quoted(damage)); choose from " + names.joined(separator: ", ")
          + suggestion(for: damage, among: names))
    }
    self.damage = kind
    guard output.lowercased().hasSuffix(".png") else {
      throw UsageError("--output \(quoted(output)) must end in .png")
    }
    if kind != .inpaint, !keepsKnown {
      throw UsageError("--blend is for inpaint; \(kind.rawValue) knows no pixel exactly")
    }
    if kind != .inpaint, mask != nil {
      throw UsageError("--mask is for inpaint; \(kind.rawValue) uses every pixel")
    }
    if kind != .superres, factor != nil {
      throw UsageError("--factor is for superres; \(kind.rawValue) keeps the picture's size")
    }
  }

  func run() throws {
    Interruption.watch()
    use(threads: threads)
    try requireFree(output, overwrite: overwrite)
    useMemory(for: "restoring \(printable(photo))")
    let task = try RestoreTask(self)
    let folder = try previews.map { try PreviewFolder($0, overwrite: overwrite) }
    removeAbandonedFiles(beside: output)
    try FileWriter.tryOut(output)
    for note in task.notes { Output.error.line(note) }
    guard isProfiled else { return try restore(task, folder) }
    try ProfileTable.printed { try restore(task, folder) }
  }

  private func restore(_ task: RestoreTask, _ folder: PreviewFolder?) throws {
    var run = RestoreRun(task, options)
    var live = LiveLine(on: .error)
    var interruption: Interrupted?
    fitting: while !run.isFinished {
      do throws(Interrupted) { try Interruption.check() } catch {
        interruption = error
        break fitting
      }
      try run.advance()
      live.show("\(printable(photo)): \(run.progress)")
      guard run.prior.steps % previewEvery == 0 || run.isFinished else { continue }
      run.mark()
      live.print(run.line)
      try folder?.write(
        task.png(task.finished(run.prior.average), after: run.prior.steps), step: run.prior.steps)
    }
    live.erase()
    if let interruption, run.prior.steps == 0 { throw interruption }
    let result = run.result
    try writeFile(output, try task.png(result.image, after: result.step))
    let summary = run.summary(of: result, to: output, isInterrupted: interruption != nil)
    if isJSON {
      Output.standard.line(JSON.text(summary, isPretty: true))
    } else {
      Output.standard.line(summary.text(task))
    }
    if let interruption { throw interruption }
  }
}
