/// The number of letters to insert, delete, replace, or swap with a neighbour, that makes one word from another.
///
/// Complexity: O(a · b). Source: the optimal string alignment distance (Damerau 1964, restricted).
func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, beforeLast[j - 1] + 1) }
      row.append(least)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}

/// The name a person most likely meant; the first of the nearest, or nil without any names.
func nearestName(to word: String, among names: [String]) -> String? {
  names.map { (name: $0, distance: editDistance(word, $0)) }.min { $0.distance < $1.distance }?.name
}

/// "; the nearest is --epochs", to end a complaint about an unknown word.
func suggestion(for word: String, among names: [String]) -> String {
  nearestName(to: String(word.prefix(64)), among: names).map { "; the nearest is \($0)" } ?? ""
}
