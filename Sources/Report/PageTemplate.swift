import SiamFigures
import SiamFiles

/// The text of a report's page: the skeleton of `Page/page.html` with everything put in its places.
struct PageTemplate {
  let title, program: String
  let figures: RunFigures
  let document: PageDocument
  /// JPEG files of thumbnails.
  let sheets: [[UInt8]]

  var html: String {
    let script =
      "\n'use strict';\n"
      + [
        PackageResources.elements_js, PackageResources.data_js, PackageResources.tables_js,
        PackageResources.map_js, PackageResources.lasso_js, PackageResources.pictures_js,
        PackageResources.page_js,
      ].map(Template.text).joined(separator: "\n")
    return Template.filled(
      PackageResources.page_html,
      [
        "title": Template.escaped(title), "program": Template.escaped(program),
        "policy": Template.policy(script: script), "style": Template.style,
        "script": script, "courses": Self.charts(figures.courses), "spectra": Self.charts(figures.spectra),
        "data": Self.json(document),
        "sheets": sheets.map { "<script type=\"text/plain\" class=\"sheet\">\(base64($0))</script>" }
          .joined(separator: "\n"),
      ])
  }

  private static func charts(_ charts: [RunFigures.Chart]) -> String {
    charts.map { chart in
      "<div class=\"chart\" role=\"img\" aria-label=\"\(Template.escaped(chart.description))\">\(chart.figure.svg)</div>"
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
    return Template.text(bytes)
  }
}
