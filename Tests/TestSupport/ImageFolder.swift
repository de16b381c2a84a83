import SiamFiles

/// Copies images of the shipped test set into class folders: the first few of each class, under their own names.
///
/// - Parameters:
///   - classes: names of `data/fashion-mini/test`; an empty list copies bags into a flat folder.
///   - skipped: how many of each class to leave out at the beginning, for other images than those of another folder.
package func copyImages(
  to root: String, classes: [String] = ["bag", "coat", "trouser"], after skipped: Int = 0, each count: Int
) throws {
  let source = dataPath("fashion-mini/test")
  try makeFolder(root)
  for name in classes.isEmpty ? ["bag"] : classes {
    let target = classes.isEmpty ? root : "\(root)/\(name)"
    try makeFolder(target)
    for file in names(in: "\(source)/\(name)").dropFirst(skipped).prefix(count) {
      try writeFile("\(target)/\(file)", readFile("\(source)/\(name)/\(file)"))
    }
  }
}
