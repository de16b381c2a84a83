import SiamTensors

/// The parsed command line.
struct Options {
  /// The benchmarks to run; none means all.
  var names: [String] = []
  /// Whether each measurement is printed as a line of JSON.
  var isJSON = false
  private var numbers: [String: Int] = [:]

  /// Every option that takes a number, and what it is for.
  static let known: [(name: String, meaning: String)] = [
    ("threads", "threads to compute with, instead of one and then all"),
    ("repetitions", "how often each measurement is repeated; the median is reported"),
    ("width", "step: the encoder's width, instead of 16, 32 and 64"),
    ("batch", "step, layers: pictures in a batch"),
    ("size", "step: the side of a picture"),
    ("dimension", "step: the width of the projector and the predictor; knn: of the vectors"),
    ("bank", "knn: vectors to search in"),
    ("queries", "knn: vectors to search for"),
    ("k", "knn: neighbours to find"),
  ]

  /// An error in the command line.
  struct Mistake: Error { let text: String }

  /// - Throws: `Mistake` for an unknown benchmark or option, or an option without its number.
  init(_ words: [String], benchmarks: [String]) throws(Mistake) {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--json" {
        isJSON = true
      } else if word.hasPrefix("--"), Self.known.contains(where: { $0.name == word.dropFirst(2) }) {
        guard let number = rest.popFirst().flatMap({ Int($0) }), number > 0 else {
          throw Mistake(text: "\(word) needs a number from 1 up")
        }
        numbers[String(word.dropFirst(2))] = number
      } else if benchmarks.contains(word) {
        names.append(word)
      } else {
        throw Mistake(text: "unknown benchmark or option \(word)")
      }
    }
  }

  /// The number that was given for an option, if any.
  subscript(_ name: String) -> Int? {
    precondition(Self.known.contains { $0.name == name }, "no option is called --\(name)")
    return numbers[name]
  }

  /// The numbers of threads to measure with.
  var threads: [Int] {
    if let asked = self["threads"] { return [asked] }
    return Processors.available.count > 1 ? [1, Processors.available.count] : [1]
  }
}
