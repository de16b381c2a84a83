import SiamDatasets
import SiamFeatures
import SiamImages
import SiamTensors
import SiamTraining

/// The pictures of a set of images that the page shows: all, or a sample by a fixed rule.
struct Gallery: Sendable {
  let train: ImageStore
  let test: ImageStore?
  /// All images of each side, as `siam eval` divides them; no queries without test images or classes.
  let bank, queries: ImageSubset
  /// Whether the queries are judged by their classes.
  let isLabelled: Bool
  /// The positions in `bank` and `queries` of what is shown, ascending.
  let shownOfBank, shownOfQueries: [Int]

  /// - Parameter limit: the pictures to show at most. Half of them are queries, where there are so many.
  init(_ run: ReportedRun, limit: Int) {
    (train, test) = (run.train, run.test)
    if let sides = run.sides {
      (bank, queries, isLabelled) = (sides.bank, sides.queries, true)
    } else {
      isLabelled = false
      (bank, queries) = (
        ImageSubset(train), ImageSubset(test ?? train, test.map { Array(0..<$0.count) } ?? [])
      )
    }
    let asked = min(queries.count, max(limit / 2, limit - bank.count))
    shownOfQueries = Self.some(min(limit, asked), of: queries.count, 1)
    shownOfBank = Self.some(min(bank.count, limit - shownOfQueries.count), of: bank.count, 0)
  }

  /// A random choice that the numbers alone decide.
  private static func some(_ count: Int, of total: Int, _ side: UInt64) -> [Int] {
    if count >= total { return Array(0..<total) }
    var generator = CounterGenerator(0x7368_6F77, side)
    return chosen(count, of: total, using: &generator).sorted()
  }

  /// The number of pictures that are shown, first those of the bank, then the queries.
  var count: Int { shownOfBank.count + shownOfQueries.count }
  var total: Int { bank.count + queries.count }

  /// What is shown of each side.
  var sides: [ImageSubset] {
    [
      ImageSubset(bank.store, shownOfBank.map { bank.indices[$0] }),
      ImageSubset(queries.store, shownOfQueries.map { queries.indices[$0] }),
    ]
  }

  /// The names of all classes of either side, and the class of each shown picture, -1 without.
  var labelling: (classes: [String], labels: [Int]) { Self.labelling(sides) }

  /// The class of each query, shown or not, by the same numbers.
  var queryLabels: [Int] { Array(Self.labelling([bank, queries]).labels[bank.count...]) }

  /// The training's classes come first, so that their numbers are the predictions'.
  private static func labelling(_ sides: [ImageSubset]) -> (classes: [String], labels: [Int]) {
    var classes: [String] = []
    var labels: [Int] = []
    for side in sides {
      let names = side.store.folder.classes
      var numbers: [Int] = []
      for name in names {
        if let known = classes.firstIndex(of: name) {
          numbers.append(known)
        } else {
          numbers.append(classes.count)
          classes.append(name)
        }
      }
      labels += side.labelling.labels.map { $0.map { numbers[$0] } } ?? side.indices.map { _ in -1 }
    }
    return (classes, labels)
  }

  /// The path of each shown picture, relative to its root.
  var paths: [String] {
    sides.flatMap { side in
      let paths = side.store.paths
      return side.indices.map { paths[$0] }
    }
  }

  /// Whether another run has the same pictures.
  func shows(_ run: ReportedRun) -> Bool {
    train.fingerprint == run.train.fingerprint && train.folder.root == run.train.folder.root
      && test?.fingerprint == run.test?.fingerprint && test?.folder.root == run.test?.folder.root
      && train.folder.labels == run.train.folder.labels && test?.folder.labels == run.test?.folder.labels
  }
}
