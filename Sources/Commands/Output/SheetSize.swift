import SiamAugmentations

/// Checks that a contact sheet is not too large to make.
///
/// - Parameter advice: what to do if it is.
func requireSheet(rows: Int, columns: Int, cell: Int, orElse advice: String) throws(UsageError) {
  let largest = 100_000_000
  let pitch = cell + ContactSheet.defaultMargin
  let pixels = (rows * pitch + ContactSheet.defaultMargin) * (columns * pitch + ContactSheet.defaultMargin)
  guard pixels <= largest else {
    throw UsageError(
      "the sheet would have \(pixels / 1_000_000) megapixels, more than \(largest / 1_000_000); \(advice)")
  }
}
