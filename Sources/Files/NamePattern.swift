/// A pattern for names, as in a shell: `*` any characters, `?` one, `[a-c]` one of these, `[!a-c]` another, `\` the next one
/// itself.
///
/// Without a slash it is compared with each name, at any depth; with one, with the whole path from the root, where `*` and
/// `?` stay within a name, `**` does not, and `**/` fits any number of folders. Case matters.
package struct NamePattern: Sendable, Equatable {
  /// The pattern as it was given.
  package let text: String
  private let parts: [Part]
  private let isPath: Bool

  private enum Part: Sendable, Equatable {
    case one(Unicode.Scalar)
    case anyOne, anyInName, anyPath, anyFolders
    case oneOf([ClosedRange<UInt32>], isOther: Bool)

    var isStar: Bool { self == .anyInName || self == .anyPath || self == .anyFolders }
  }

  /// - Returns: nil for a pattern that is empty.
  package init?(_ text: String) {
    var body = text.unicodeScalars[...]
    if body.starts(with: "./".unicodeScalars) { body = body.dropFirst(2) }
    while body.count > 1, body.last == "/" { body.removeLast() }
    isPath = body.contains("/")
    if body.first == "/" { body.removeFirst() }
    guard !body.isEmpty else { return nil }
    self.text = text
    parts = Self.parts(of: Array(body))
  }

  /// Whether the pattern fits a name, or the path of it from the root.
  package func matches(name: String, path: String) -> Bool {
    let scalars = Array((isPath ? path : name).unicodeScalars)
    // Where to go on when the rest fails: behind the last star, one character further into the text.
    var (at, part, retry): (Int, Int, (part: Int, at: Int)?) = (0, 0, nil)
    var wide: (part: Int, at: Int)?
    while true {
      if part < parts.count, parts[part].isStar {
        if parts[part] == .anyInName { retry = (part, at) } else { (wide, retry) = ((part, at), nil) }
        part += 1
      } else if part < parts.count, at < scalars.count, Self.fits(parts[part], scalars[at]) {
        (part, at) = (part + 1, at + 1)
      } else if part == parts.count, at == scalars.count {
        return true
      } else if let last = retry, last.at < scalars.count, scalars[last.at] != "/" {
        (retry, part, at) = ((last.part, last.at + 1), last.part + 1, last.at + 1)
      } else if let last = wide, let next = Self.next(parts[last.part], scalars, last.at) {
        (wide, retry, part, at) = ((last.part, next), nil, last.part + 1, next)
      } else {
        return false
      }
    }
  }

  /// The next place where what follows a wide star may begin.
  private static func next(_ star: Part, _ text: [Unicode.Scalar], _ at: Int) -> Int? {
    if star == .anyFolders { return text[at...].firstIndex(of: "/").map { $0 + 1 } }
    return at < text.count ? at + 1 : nil
  }

  private static func fits(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
    switch part {
    case .one(let wanted): wanted == scalar
    case .anyOne: scalar != "/"
    case .oneOf(let ranges, let isOther):
      scalar != "/" && ranges.contains { $0.contains(scalar.value) } != isOther
    case .anyInName, .anyPath, .anyFolders: false
    }
  }

  private static func parts(of text: [Unicode.Scalar]) -> [Part] {
    var parts: [Part] = []
    var at = 0
    while at < text.count {
      let scalar = text[at]
      at += 1
      switch scalar {
      case "*":
        let start = at
        while at < text.count, text[at] == "*" { at += 1 }
        if at > start, at < text.count, text[at] == "/" {
          at += 1
          parts.append(.anyFolders)
        } else {
          parts.append(at > start ? .anyPath : .anyInName)
        }
      case "?": parts.append(.anyOne)
      case "[":
        if let (set, end) = set(in: text, from: at) {
          parts.append(set)
          at = end
        } else {
          parts.append(.one(scalar))
        }
      case "\\" where at < text.count:
        parts.append(.one(text[at]))
        at += 1
      default: parts.append(.one(scalar))
      }
    }
    return parts
  }

  /// The set that begins behind a bracket, and the index behind its end; nil for a bracket that is never closed.
  private static func set(in text: [Unicode.Scalar], from start: Int) -> (Part, end: Int)? {
    var at = start
    let isOther = at < text.count && (text[at] == "!" || text[at] == "^")
    if isOther { at += 1 }
    let first = at
    var ranges: [ClosedRange<UInt32>] = []
    while at < text.count, text[at] != "]" || at == first {
      if text[at] == "\\", at + 1 < text.count { at += 1 }
      let low = text[at].value
      at += 1
      if at + 1 < text.count, text[at] == "-", text[at + 1] != "]" {
        let high = text[at + 1].value
        if low <= high { ranges.append(low...high) }
        at += 2
      } else {
        ranges.append(low...low)
      }
    }
    return at < text.count ? (.oneOf(ranges, isOther: isOther), at + 1) : nil
  }
}
