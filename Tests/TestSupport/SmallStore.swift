package import SiamDatasets
import SiamImages

/// A folder of a few pictures in three classes, handed to `body` as a store.
package func withSmallStore(each count: Int = 7, _ body: (PictureStore) throws -> Void) throws {
  try withScratchFolder { folder in
    try copyPictures(to: folder, each: count)
    try body(PictureStore(ImageFolder(folder)))
  }
}
