import SiamDatasets
import SiamFiles
import SiamImages

/// What was left out, as lines for standard error: files that are not images, then each bad image.
func notes(on folder: ImageFolder, bad: BadImages, atMost limit: Int = 20) -> [String] {
  var lines: [String] = []
  let root = printable(folder.root)
  if let summary = folder.census.summary { lines.append("\(root): left out \(summary)") }
  if let parts = DatasetParts(of: folder) {
    let names = parts.names.map(shownName).joined(separator: ", ")
    lines.append(
      "\(root): \(names): named like the parts of a data set, and "
        + (parts.place == .classes ? "taken as classes" : "all taken together"))
  }
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
  guard let labels = store.labels else { return [] }
  let classes = Dictionary(grouping: labels.indices) { store.prints[$0] }
  let torn = classes.values.count { group in group.contains { labels[$0] != labels[group[0]] } }
  guard torn > 0 else { return [] }
  let are = torn == 1 ? "is" : "are"
  return [
    "\(printable(store.folder.root)): \(count(torn, "picture")) \(are) in several classes, pixel for pixel; siam check lists "
      + "\(torn == 1 ? "it" : "them")"
  ]
}
