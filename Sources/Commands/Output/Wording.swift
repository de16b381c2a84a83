import SiamFiles

/// A number with a fixed number of decimals, as `%.2f` would print it; ties round to even on the binary value.
///
/// - Precondition: `places` is 0...9.
func fixed(_ value: Double, _ places: Int) -> String {
  precondition((0...9).contains(places), "\(places) decimals")
  return decimal(value, places: places)
}

/// A time in its two largest units: "8 s", "3 min 10 s", "1 h 02 min", "2 d 03 h".
func timeText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e15 else { return "?" }
  let whole = Int(max(0, seconds).rounded())
  func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  switch whole {
  case ..<60: return "\(whole) s"
  case ..<3600: return "\(whole / 60) min \(two(whole % 60)) s"
  case ..<86_400: return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
  default: return "\(whole / 86_400) d \(two(whole / 3600 % 24)) h"
  }
}

/// A number of things: "1 image", "12 images".
func count(_ number: Int, _ thing: String, plural: String? = nil) -> String {
  "\(number) \(number == 1 ? thing : plural ?? thing + "s")"
}

/// Text wrapped at spaces to lines of at most `width` columns; a longer word gets its own line.
func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(whereSeparator: \.isWhitespace) {
    if line.isEmpty {
      line = String(word)
    } else if columns(line) + 1 + columns(String(word)) <= width {
      line += " " + word
    } else {
      lines.append(line)
      line = String(word)
    }
  }
  if !line.isEmpty { lines.append(line) }
  return lines
}

/// The line as it is where it fits, else in several.
func folded(_ line: String, to width: Int) -> [String] {
  columns(line) <= width ? [line] : wrapped(line, width: width)
}
