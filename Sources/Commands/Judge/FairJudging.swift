import SiamDatasets
import SiamFiles
import SiamImages
import SiamMethods
import SiamTraining

/// Refuses parts of a data set, "train" and "test", that would be taken as classes.
func requireNoParts(_ folder: ImageFolder) throws(UsageError) {
  guard let parts = DatasetParts(of: folder), parts.place == .classes, let learning = parts.learning,
    let judging = parts.judging
  else { return }
  let root = folder.root
  throw UsageError(
    "\(printable(root)): \(shownName(learning)) and \(shownName(judging)) are parts of a data set, not classes; learn from "
      + shellWord(root + "/" + learning)
      + (parts.hasClasses
        ? " and judge by --test \(shellWord(root + "/" + judging))" : ", which has no classes"))
}

/// Refuses test pictures in classes that lie in the folder to learn from, or the other way round: they would vote for themselves.
func requireApart(_ train: ImageFolder, _ test: ImageFolder) throws(UsageError) {
  guard !train.classes.isEmpty, !test.classes.isEmpty, holds(train, test) || holds(test, train) else {
    return
  }
  let (root, other) = (printable(test.root), printable(train.root))
  let found =
    train.realRoot == test.realRoot
    ? "\(root) is the bank itself, whose pictures" : "\(root) and \(other) share pictures, which"
  throw UsageError(
    "--test: \(found) would vote for themselves; give other pictures, or leave --test out to hold out a fifth"
  )
}

/// Whether a picture of the first folder lies in the second.
private func holds(_ outer: ImageFolder, _ inner: ImageFolder) -> Bool {
  guard let own = outer.realRoot, let other = inner.realRoot, isInside(other, own) else { return false }
  if own.utf8.elementsEqual(other.utf8) { return true }
  let below = other.utf8.dropFirst(own == "/" ? 1 : own.utf8.count + 1) + [0x2F]
  return outer.entries.contains { $0.path.utf8.starts(with: below) }
}

/// Checks the folders of a judgement by classes before they are read.
///
/// - Throws: `UsageError`, `FolderError`, `LabelError`.
func requireFairSides(
  _ train: String, _ test: String?, _ rules: FolderRules, _ labels: LabelTables = LabelTables()
) throws {
  let bank = try ImageFolder(train, rules, labels: labels.train)
  try requireNoParts(bank)
  guard let queries = try test.map({ try ImageFolder($0, rules, labels: labels.test) }) else { return }
  try requireNoParts(queries)
  try requireApart(bank, queries)
}

/// Refuses queries all of which the bank has, pixel for pixel.
func requireQueries(_ sides: EvaluationSides) throws(UsageError) {
  guard sides.queries.count == 0, sides.copies > 0 else { return }
  let (bank, queries) = (sides.bank.store.folder.root, sides.queries.store.folder.root)
  throw UsageError(
    sides.isHeldOut
      ? "\(printable(bank)): every picture held out has a copy among the others; siam duplicates lists them"
      : "\(printable(queries)): all of its pictures are in \(printable(bank)) too, pixel for pixel, and would vote for "
        + "themselves")
}

/// "12 more have the pixels of a picture in the bank, and are left out"; nil without any.
func note(onCopies sides: EvaluationSides) -> String? {
  guard sides.copies > 0 else { return nil }
  return sides.copies == 1
    ? "1 more has the pixels of a picture in the bank, which would vote for itself, and is left out"
    : "\(sides.copies) more have the pixels of pictures in the bank, which would vote for themselves, and are left out"
}

/// What makes test pictures easier than others would be, as lines for standard error.
struct LeakNotes {
  private(set) var lines: [String] = []

  /// Near copies of training pictures, as `siam check --test` finds them.
  ///
  /// - Throws: `ImageError`, `Interrupted`.
  mutating func noteNearCopies(of sides: EvaluationSides, showing live: inout LiveLine) throws {
    guard !sides.isHeldOut else { return }
    let (train, test) = (sides.bank.store, sides.queries.store)
    let near = try NearCopies(of: sides.queries, in: sides.bank) { done in
      try Interruption.check()
      live.show("looking for near copies: \(done) pictures")
    }
    live.erase()
    guard near.count > 0 else { return }
    let (root, other) = (test.folder.root, train.folder.root)
    let have = near.count == 1 ? "picture has" : "pictures have"
    lines.append(
      "\(printable(root)): \(near.count) \(have) a near copy in \(printable(other)), which makes the accuracy look better; "
        + "siam check \(shellWord(other)) --test \(shellWord(root)) lists them")
  }

  /// Queries that a run learned from, though without their classes.
  mutating func noteLearned(_ sides: EvaluationSides, by run: RunFolder) {
    guard !sides.isHeldOut, let known = run.manifest()?.prints else { return }
    let (queries, root) = (sides.queries, sides.queries.store.folder.root)
    let learned = queries.indices.count { known.contains(queries.store.prints[$0]) }
    guard learned > 0 else { return }
    lines.append(
      "\(printable(root)): \(learned) of \(count(queries.count, "picture")) \(printable(run.path)) learned from, though without "
        + "classes; others would judge it better")
  }
}
