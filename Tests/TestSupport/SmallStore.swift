package import SiamDatasets
import SiamImages

/// A folder of a few images in three classes, handed to `body` as a store.
package func withSmallStore(each count: Int = 7, _ body: (ImageStore) throws -> Void) throws {
  try withScratchFolder { folder in
    try copyImages(to: folder, each: count)
    try body(ImageStore(ImageFolder(folder)))
  }
}
