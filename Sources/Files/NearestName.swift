/// The name that a person most likely meant by a word: the first of those with the smallest edit distance.
///
/// - Parameter isClose: whether names that differ from the word in a third of their letters or more do not count.
/// - Returns: nil when no name counts.
/// - Complexity: O(word · total length of the names); cut words of unknown length first.
package func nearestName(to word: String, among names: [String], isClose: Bool = false) -> String? {
  let candidates = names.map { (name: $0, distance: editDistance(word, $0)) }
  guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
  return isClose && 3 * best.distance >= max(word.count, best.name.count) ? nil : best.name
}

/// The number of insertions, deletions, replacements and swaps of neighbouring letters that turn one word into the other.
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
