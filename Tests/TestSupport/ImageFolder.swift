import SiamFiles

/// Copies images of the shipped test set into class folders: the first few of each class, under their own names.
///
/// - Parameter classes: names of `data/fashion-mini/test`; an empty list copies bags into a flat folder.
package func copyImages(to root: String, classes: [String] = ["bag", "coat", "trouser"], each count: Int)
  throws
{
  let source = dataPath("fashion-mini/test")
  try makeFolder(root)
  for name in classes.isEmpty ? ["bag"] : classes {
    let target = classes.isEmpty ? root : "\(root)/\(name)"
    try makeFolder(target)
    for file in names(in: "\(source)/\(name)").prefix(count) {
      try writeFile("\(target)/\(file)", readFile("\(source)/\(name)/\(file)"))
    }
  }
}
