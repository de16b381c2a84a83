import SiamFiles

/// Whether Siam itself wrote a folder: a run, the results of an experiment, or the previews of a restoration. Nothing in one is
/// an image to learn from.
///
/// - Parameter entries: the names in it.
func isOwnFolder(_ path: String, _ entries: [FolderEntry]) -> Bool {
  func has(_ name: String) -> Bool { entries.contains { $0.name == name && $0.kind == .file } }
  func holds(_ file: String, _ text: String) -> Bool {
    guard let bytes = try? readFile("\(path)/\(file)", limit: 1 << 26) else { return false }
    return String(decoding: bytes, as: UTF8.self).contains(text)
  }
  if has("config.json"), holds("config.json", #""format" : "siam run "#) { return true }
  if has("results.json"), has("results.md"), holds("results.json", #""experiment" : "#),
    holds("results.json", #""findings" : "#)
  {
    return true
  }
  return holdsPreviews(path, entries)
}

/// Whether all that is in a folder is named as previews are, and the first is one by its mark: a restored picture whose name
/// is the number of its iterations.
private func holdsPreviews(_ path: String, _ entries: [FolderEntry]) -> Bool {
  guard let first = entries.first, entries.allSatisfy({ $0.kind == .file && isPreviewName($0.name) }),
    let bytes = try? readBeginning("\(path)/\(first.name)", count: 128),
    let iterations = Int(first.name.dropLast(4))
  else { return false }
  return OwnMark(bytes) == .restored(iterations: iterations)
}

/// Whether a name is that of a preview, a number of iterations: `000100.png`.
package func isPreviewName(_ name: String) -> Bool {
  name.hasSuffix(".png") && name.utf8.count >= 10
    && name.dropLast(4).utf8.allSatisfy { (0x30...0x39).contains($0) }
}

extension ImageFolder {
  /// Whether a file of that name would be among the folder's images, if it were written.
  package func wouldTake(_ file: String) -> Bool {
    let parts = file.split(separator: "/", omittingEmptySubsequences: false)
    guard let name = parts.last.map(String.init), isImage(name), name.utf8.first != 0x2E, let own = realRoot,
      let place = realPath(parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : ".")
    else { return false }
    if isInside(place, own) {
      let below = String(Substring(place.utf8.dropFirst(own == "/" ? 1 : own.utf8.count + 1)))
      let path = below.isEmpty ? name : below + "/" + name
      return isWalked(below) && rules.exclusion(of: name, path: path) == nil
    }
    // Through a link that was followed.
    guard rules.followsLinks else { return false }
    let folders = Set(entries.compactMap { $0.path.utf8.lastIndex(of: 0x2F).map($0.path.prefix(upTo:)) })
    return folders.contains { realPath("\(root)/\($0)").map { isInside(place, $0) } ?? false }
  }

  /// Whether a walk comes to a folder below the root: neither it nor one that it lies in is hidden, excluded, or Siam's own.
  private func isWalked(_ below: String) -> Bool {
    var path = ""
    for part in below.split(separator: "/").map(String.init) {
      path += path.isEmpty ? part : "/" + part
      let entries = (try? FolderListing("\(root)/\(path)"))?.entries ?? []
      if part.utf8.first == 0x2E || rules.exclusion(of: part, path: path) != nil
        || isOwnFolder("\(root)/\(path)", entries)
      {
        return false
      }
    }
    return true
  }
}
