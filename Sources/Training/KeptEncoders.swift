import SiamFiles

/// Encoders of epochs on the way, in files of their own: `encoder-epoch-0010.safetensors`.
extension RunFolder {
  private static let (prefix, suffix) = ("encoder-epoch-", ".safetensors")

  /// The encoder as it stood after an epoch, counted from 1.
  package func encoder(afterEpoch epoch: Int) -> String {
    let number = "\(epoch)"
    let zeros = String(repeating: "0", count: max(0, 4 - number.count))
    return "\(path)/\(Self.prefix)\(zeros)\(number)\(Self.suffix)"
  }

  /// Whether a path's name is that of such a file.
  package func keeps(_ file: String) -> Bool {
    let name = file.split(separator: "/").last ?? ""
    return name.hasPrefix(Self.prefix) && name.hasSuffix(Self.suffix)
  }

  /// Removes those of later epochs, which a resumed run writes again.
  func removeEncoders(after epoch: Int) throws(FileError) {
    for entry in try FolderListing(path).entries
    where entry.name.hasPrefix(Self.prefix) && entry.name.hasSuffix(Self.suffix) {
      let number = Int(entry.name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
      if let number, number > epoch { try removeFile("\(path)/\(entry.name)") }
    }
  }
}
