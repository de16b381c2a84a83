/// A page's skeleton, with places such as {{title}} to be filled.
enum Template {
  /// The skeleton with everything in its place; what is put in a place is not searched again for places.
  static func filled(_ skeleton: [UInt8], _ places: [String: String]) -> String {
    var result = ""
    for (index, part) in text(skeleton).components(between: "{{", "}}").enumerated() {
      result += index % 2 == 0 ? part : places[part] ?? ""
    }
    return result
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  /// The page's style; a break before the end tag keeps the hash that of the very text between the tags.
  static var style: String { "\n" + text(PackageResources.page_css) }

  /// A policy that forbids everything that is not in the page itself.
  ///
  /// - Parameter script: nil for a page without one.
  static func policy(script: String? = nil) -> String {
    let scripts = script.map { "script-src 'sha256-\(SHA256.base64(of: $0))'; " } ?? ""
    return "default-src 'none'; img-src data: blob:; style-src 'sha256-\(SHA256.base64(of: style))'; "
      + "\(scripts)base-uri 'none'; form-action 'none'"
  }

  /// Text that is nothing but text in HTML.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
    return result
  }
}

extension String {
  /// The parts outside and inside of the marks in turn, beginning outside.
  fileprivate func components(between open: String, _ close: String) -> [String] {
    split(separator: open, omittingEmptySubsequences: false).enumerated().flatMap { index, part in
      index == 0
        ? [String(part)]
        : part.split(separator: close, maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
  }
}
