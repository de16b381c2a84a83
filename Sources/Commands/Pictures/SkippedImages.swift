import SiamFiles
import SiamImages

/// What was left out, as lines for standard error: files that are not images, then each bad image.
func notes(on folder: ImageFolder, bad: BadImages, atMost limit: Int = 20) -> [String] {
  var lines: [String] = []
  let root = printable(folder.root)
  if let summary = folder.census.summary { lines.append("\(root): left out \(summary)") }
  lines += listed(folder.census.unreadable, atMost: limit)
  guard !bad.isEmpty else { return lines }
  lines.append("\(root): skipped \(count(bad.count, "bad picture"))")
  return lines + listed(bad.items, atMost: limit)
}

private func listed(_ items: [BadImages.Item], atMost limit: Int) -> [String] {
  let lines = items.prefix(limit).map { "  " + oneLine($0.description) }
  return items.count > limit ? lines + ["  and \(items.count - limit) more"] : lines
}
