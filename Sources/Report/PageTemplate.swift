import SiamFigures
import SiamFiles

/// The page's text: the skeleton of `Page/page.html` with everything put in its places.
struct PageTemplate {
  let title, program: String
  let figures: RunFigures
  let document: PageDocument
  /// JPEG files of thumbnails.
  let sheets: [[UInt8]]

  var html: String {
    // A break before the end tag keeps the hash that of the very text between the tags.
    let style = "\n" + Self.text(PackageResources.page_css)
    let script =
      "\n'use strict';\n"
      + [
        PackageResources.elements_js, PackageResources.data_js, PackageResources.tables_js,
        PackageResources.map_js, PackageResources.lasso_js, PackageResources.pictures_js,
        PackageResources.page_js,
      ].map(Self.text).joined(separator: "\n")
    let policy =
      "default-src 'none'; img-src data: blob:; style-src 'sha256-\(SHA256.base64(of: style))'; "
      + "script-src 'sha256-\(SHA256.base64(of: script))'; base-uri 'none'; form-action 'none'"
    let places = [
      "title": Self.escaped(title), "program": Self.escaped(program), "policy": policy, "style": style,
      "script": script, "courses": Self.charts(figures.courses), "spectra": Self.charts(figures.spectra),
      "data": Self.json(document),
      "sheets": sheets.map { "<script type=\"text/plain\" class=\"sheet\">\(base64($0))</script>" }
        .joined(separator: "\n"),
    ]
    var result = ""
    // What is put in a place is not searched again for places.
    for (index, part) in Self.text(PackageResources.page_html).components(between: "{{", "}}").enumerated() {
      result += index % 2 == 0 ? part : places[part] ?? ""
    }
    return result
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func charts(_ charts: [RunFigures.Chart]) -> String {
    charts.map { chart in
      "<div class=\"chart\" role=\"img\" aria-label=\"\(escaped(chart.description))\">\(chart.figure.svg)</div>"
    }.joined(separator: "\n")
  }

  /// JSON that cannot end the element that it stands in.
  private static func json(_ document: PageDocument) -> String {
    var bytes: [UInt8] = []
    for byte in JSON.text(document).utf8 {
      switch byte {
      case UInt8(ascii: "<"): bytes += Array(#"\u003c"#.utf8)
      case UInt8(ascii: ">"): bytes += Array(#"\u003e"#.utf8)
      case UInt8(ascii: "&"): bytes += Array(#"\u0026"#.utf8)
      default: bytes.append(byte)
      }
    }
    return text(bytes)
  }

  private static func escaped(_ text: String) -> String {
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
