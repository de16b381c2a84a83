import SiamFiles
import SiamImages

/// A fact about a folder of images worth knowing before a training.
struct CheckFinding: Encodable, Equatable {
  enum Weight: String, Encodable, Comparable, CaseIterable {
    /// Worth knowing; no action needed.
    case note
    /// Worth fixing; `--strict` makes it a failure.
    case warning
    /// The folder cannot be trained on as it is.
    case error

    static func < (a: Weight, b: Weight) -> Bool {
      allCases.firstIndex(of: a) ?? 0 < allCases.firstIndex(of: b) ?? 0
    }
  }

  /// A path or a name, some with a remark.
  struct Example: Encodable, Equatable {
    /// Verbatim, for JSON.
    let text: String
    /// Escaped, safe to print.
    let shown: String

    init(_ text: String) { (self.text, shown) = (text, printable(text)) }
    /// A class, perhaps with a remark.
    init(class name: String, _ remark: String = "") {
      (text, shown) = (name + remark, shownName(name) + remark)
    }
    init(_ item: BadImages.Item) { (text, shown) = ("\(item.path): \(item.reason)", item.description) }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(text)
    }
  }

  /// Its identifier in JSON: "bad_pictures".
  let kind: String
  let weight: Weight
  /// How many images, files or classes it is about.
  let count: Int
  /// What was found, beginning with the count.
  let found: String
  /// What Siam does about it, or what the user can do.
  let action: String
  let examples: [Example]

  init(
    _ kind: String, _ weight: Weight, _ count: Int, _ found: String, _ action: String, examples: [Example]
  ) {
    (self.kind, self.weight, self.count, self.found) = (kind, weight, count, found)
    (self.action, self.examples) = (action, examples)
  }

  init(
    _ kind: String, _ weight: Weight, _ count: Int, _ found: String, _ action: String, examples: [String] = []
  ) {
    self.init(kind, weight, count, found, action, examples: examples.map(Example.init))
  }

  /// The finding as text: what was found, what is done about it, and the first few examples.
  func lines(width: Int, examples limit: Int) -> [String] {
    let margin = String(repeating: " ", count: 9)
    let head = padded("\(weight.rawValue):", to: margin.count)
    var lines = wrapped(found, width: width - margin.count).enumerated().map {
      ($0 == 0 ? head : margin) + $1
    }
    lines += wrapped(action, width: width - margin.count).map { margin + $0 }
    lines += examples.prefix(limit).map { margin + "  " + shortened($0.shown, to: max(20, width - 11)) }
    if examples.count > limit, limit > 0 { lines.append("\(margin)  and \(examples.count - limit) more") }
    return lines
  }
}

/// "12 of 4000 images".
func share(_ part: Int, of whole: Int) -> String { "\(part) of \(count(whole, "picture"))" }
