import SiamDatasets
import SiamImages

/// Findings on duplicate images, within a folder and between training and test.
struct DuplicateFindings {
  private let duplicates: Duplicates
  /// Training, then test if there is one, with their usable entries.
  private let sides: [(survey: FolderSurvey, entries: [Int])]
  private let division: Int

  /// - Parameter surveys: those whose usable images were compared, concatenated.
  init(_ duplicates: Duplicates, of surveys: [FolderSurvey]) {
    self.duplicates = duplicates
    sides = surveys.map { ($0, $0.usable.map(\.entry)) }
    division = sides[0].entries.count
  }

  /// What cannot be right within one folder: 0 for training, 1 for test.
  func conflicts(_ side: Int) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    let torn = groups(side).filter { Set($0.compactMap { entry($0).label }).count > 1 }
    if !torn.isEmpty {
      findings.append(
        CheckFinding(
          "conflicting_classes", .warning, torn.count,
          "\(count(torn.count, "picture")) found in several classes, pixel for pixel",
          "used as they are: at most one of the classes can be right", examples: torn.map(listing)))
    }
    let tornPairs = pairs(side).filter {
      Set([$0.first, $0.second].compactMap { entry($0).label }).count > 1
    }
    if !tornPairs.isEmpty {
      findings.append(
        CheckFinding(
          "conflicting_near_duplicates", .note, tornPairs.count,
          "\(count(tornPairs.count, "pair")) of near duplicates in different classes",
          "used as they are: if it is one picture, at most one of the classes can be right",
          examples: tornPairs.map(listing)))
    }
    return findings
  }

  /// Within one folder: 0 for training, 1 for test.
  func within(_ side: Int) -> [CheckFinding] {
    let (groups, pairs) = (groups(side), pairs(side))
    let total = sides[side].entries.count
    var findings: [CheckFinding] = []
    let copies = groups.reduce(0) { $0 + $1.count - 1 }
    if copies > 0 {
      findings.append(
        CheckFinding(
          "copies", .note, copies, "\(share(copies, of: total)) are exact copies of others, pixel for pixel",
          side == 0
            ? "used: every copy counts; a query with a copy in the bank makes k-NN look better"
            : "used: every copy counts",
          examples: groups.map(listing)))
    }
    let near = Set(pairs.flatMap { [$0.first, $0.second] }).count
    if near > 0 {
      findings.append(
        CheckFinding(
          "near_duplicates", .note, near,
          "\(share(near, of: total)) have a near duplicate (\(count(pairs.count, "pair")))",
          "used as separate pictures",
          examples: pairs.map(listing)))
    }
    return findings
  }

  /// The copies within a side.
  private func groups(_ side: Int) -> [[Int]] {
    duplicates.copies.map { $0.filter { isOn(side, $0) } }.filter { $0.count > 1 }
  }

  /// The near duplicates within a side.
  private func pairs(_ side: Int) -> [Duplicates.Pair] {
    duplicates.pairs.filter { isOn(side, $0.first) && isOn(side, $0.second) }
  }

  /// Between training and test.
  var across: [CheckFinding] {
    guard sides.count > 1 else { return [] }
    let total = sides[1].entries.count
    let groups = duplicates.copies.filter { group in
      group.contains { isOn(0, $0) } && group.contains { isOn(1, $0) }
    }
    let copied = Set(groups.flatMap { $0.filter { isOn(1, $0) } })
    let pairs = duplicates.pairs.filter { isOn(0, $0.first) && isOn(1, $0.second) }
    // Exact copies are listed already, and copies within test share their near duplicates.
    var near: Set<Int> = []
    let kin = Dictionary(duplicates.copies.flatMap { group in group.map { ($0, group) } }) { first, _ in first
    }
    for pair in pairs { near.formUnion((kin[pair.second] ?? [pair.second]).filter { isOn(1, $0) }) }
    near.subtract(copied)
    let advice =
      "they make k-NN look better than it is: remove them from the test folder"
    var findings: [CheckFinding] = []
    if !copied.isEmpty {
      findings.append(
        CheckFinding(
          "copies_across", .warning, copied.count,
          "\(share(copied.count, of: total)) of the test folder are in the training folder, pixel for pixel",
          advice,
          examples: groups.map { group in
            let sides = [0, 1].map { side in group.filter { isOn(side, $0) } }
            return sides.map(listing).joined(separator: " = test ")
          }))
    }
    if !near.isEmpty {
      findings.append(
        CheckFinding(
          "near_duplicates_across", .warning, near.count,
          "\(share(near.count, of: total)) of the test folder have a near duplicate in the training folder",
          advice,
          examples: pairs.filter { near.contains($0.second) }.map {
            "\(fixed($0.difference, 4)) \(path($0.first)) ~ test \(path($0.second))"
          }))
    }
    return findings
  }

  private func isOn(_ side: Int, _ index: Int) -> Bool { (index < division) == (side == 0) }

  private func entry(_ index: Int) -> ImageFolder.Entry {
    let side = isOn(0, index) ? 0 : 1
    return sides[side].survey.folder.entries[sides[side].entries[side == 0 ? index : index - division]]
  }

  private func path(_ index: Int) -> String { entry(index).path }

  private func listing(_ group: [Int]) -> String {
    let shown = group.prefix(3).map(path).joined(separator: " = ")
    return group.count > 3 ? "\(shown) and \(group.count - 3) more" : shown
  }

  private func listing(_ pair: Duplicates.Pair) -> String {
    "\(fixed(pair.difference, 4)) \(path(pair.first)) ~ \(path(pair.second))"
  }
}
