import SiamDatasets
import SiamFiles
import SiamImages

/// What was left out, as lines for standard error: files that are not images, then each bad image.
func notes(on folder: ImageFolder, bad: BadImages, atMost limit: Int = 20) -> [String] {
  var lines: [String] = []
  let root = printable(folder.root)
  if let summary = folder.census.summary { lines.append("\(root): left out \(summary)") }
  if let remedy = folder.census.remedy { lines.append("\(root): \(remedy)") }
  if let parts = DatasetParts(of: folder) {
    let names = parts.names.map(shownName).joined(separator: ", ")
    lines.append(
      "\(root): \(names): named like the parts of a data set, and "
        + (parts.place == .classes ? "taken as classes" : "all taken together"))
  }
  lines += folder.labels.map { notes(on: $0, of: root, atMost: limit) } ?? []
  let unlisted = folder.census.unreadable
  lines += itemLines(unlisted, atMost: limit)
  let outside = folder.census.outside.map {
    BadImages.Item(path: $0, reason: "a link that leads outside; --follow-links follows it")
  }
  lines += itemLines(outside + folder.census.unwalked, atMost: limit)
  let told = Set(unlisted.map { Array($0.path.utf8) })
  let unread = bad.items.filter { !told.contains(Array($0.path.utf8)) }
  guard !unread.isEmpty else { return lines }
  lines.append("\(root): skipped \(count(unread.count, "bad picture"))")
  return lines + itemLines(unread, atMost: limit)
}

/// The rows of a table of labels that are of no picture.
private func notes(on labels: ImageLabels, of root: String, atMost limit: Int) -> [String] {
  var lines: [String] = []
  if labels.elsewhere > 0 {
    let are = labels.elsewhere == 1 ? "is of a file that is" : "are of files that are"
    lines.append(
      "\(printable(labels.file)): \(count(labels.elsewhere, "row")) \(are) not among the pictures of \(root)")
  }
  guard !labels.absent.isEmpty else { return lines }
  let are = labels.absent.count == 1 ? "is of a picture that does" : "are of pictures that do"
  lines.append("\(printable(labels.file)): \(count(labels.absent.count, "row")) \(are) not exist")
  return lines + itemLines(labels.absentItems, atMost: limit)
}

extension ImageLabels {
  /// The rows whose pictures do not exist, each with its line.
  var absentItems: [BadImages.Item] { absent.map { .init(path: $0.path, reason: "line \($0.line)") } }
}

/// The images that could not be read again, as lines for standard error.
func notes(onLost store: ImageStore) -> [String] {
  let lost = store.lostImages
  guard !lost.isEmpty else { return [] }
  return [
    "\(printable(store.folder.root)): \(count(lost.count, "picture")) could not be read again, and left out"
  ]
    + itemLines(lost)
}

/// The items as lines, cut to the first few.
func itemLines(_ items: [BadImages.Item], atMost limit: Int = 20) -> [String] {
  let lines = items.prefix(limit).map { "  " + oneLine($0.description) }
  return items.count > limit ? lines + ["  and \(items.count - limit) more"] : lines
}

/// What cannot be right: one image in several classes.
func notes(onTornCopiesIn store: ImageStore) -> [String] {
  let labels = store.classNumbers
  let classes = Dictionary(grouping: labels.indices) { store.prints[$0] }
  let torn = classes.values.count { group in Set(group.compactMap { labels[$0] }).count > 1 }
  guard torn > 0 else { return [] }
  let are = torn == 1 ? "is" : "are"
  return [
    "\(printable(store.folder.root)): \(count(torn, "picture")) \(are) in several classes, pixel for pixel; siam check lists "
      + "\(torn == 1 ? "it" : "them")"
  ]
}
