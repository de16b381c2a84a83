import SiamDatasets
import SiamFiles
import SiamImages
import SiamTensors

/// Examines every picture of a folder, with progress on the live line.
///
/// - Throws: `Interrupted`.
func surveyed(
  _ folder: ImageFolder, _ options: DecodingOptions, showing live: inout LiveLine
) throws -> FolderSurvey {
  useMemory(for: "examining the pictures of \(printable(folder.root))")
  return try FolderSurvey(folder, options: options) { done in
    try Interruption.check()
    live.show("\(printable(folder.root)): reading pictures, \(done) of \(folder.entries.count)")
  }
}

/// The duplicates among the usable pictures of folders, with progress on the live line.
///
/// - Throws: `Interrupted`.
func duplicates(of surveys: [FolderSurvey], showing live: inout LiveLine) throws -> Duplicates {
  useMemory(for: "the search for duplicates")
  let all = surveys.flatMap { $0.usable.map(\.image) }
  let duplicates = try Duplicates(among: all, division: surveys[0].usable.count) { done in
    try Interruption.check()
    live.show("looking for duplicates, \(done) of \(all.count) pictures")
  }
  live.erase()
  return duplicates
}
