import SiamFiles

/// Files in a ZIP archive, stored without compression, in the 64-bit form that has no limit on sizes.
///
/// Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3.
struct ZipArchive {
  private var files: [UInt8] = []
  private var directory: [UInt8] = []
  private var count: UInt64 = 0

  /// Adds a file.
  ///
  /// - Parameter name: of ASCII.
  mutating func add(_ name: String, _ bytes: [UInt8]) {
    let (sum, size, offset) = (crc32(bytes), UInt64(bytes.count), UInt64(files.count))
    // Version 4.5; no flags; stored; 1 January 1980, so that equal content gives equal bytes.
    let common: [UInt8] = [45, 0, 0, 0, 0, 0, 0, 0, 0x21, 0] + bytes32(sum) + bytes32(.max) + bytes32(.max)
    let nameLength = bytes16(UInt16(name.utf8.count))
    let sizes = bytes64(size) + bytes64(size)
    files += bytes32(0x0403_4B50) + common + nameLength + bytes16(20) + name.utf8
    files += bytes16(1) + bytes16(16) + sizes + bytes
    directory += bytes32(0x0201_4B50) + [45, 0] + common + nameLength + bytes16(28)
    // No comment, the first disk, no attributes; the offset is in the extra field.
    directory += [UInt8](repeating: 0, count: 10) + bytes32(.max) + name.utf8
    directory += bytes16(1) + bytes16(24) + sizes + bytes64(offset)
    count += 1
  }

  /// The archive: the files, their directory, and where that is.
  var encoded: [UInt8] {
    let (start, length) = (UInt64(files.count), UInt64(directory.count))
    let end =
      bytes32(0x0606_4B50) + bytes64(44) + [45, 0, 45, 0] + bytes64(0) + bytes64(count) + bytes64(count)
      + bytes64(length) + bytes64(start)
    let locator = bytes32(0x0706_4B50) + bytes32(0) + bytes64(start + length) + bytes32(1)
    let last =
      bytes32(0x0605_4B50) + bytes32(0) + bytes16(.max) + bytes16(.max) + bytes32(.max) + bytes32(.max)
      + bytes16(0)
    return files + directory + end + locator + last
  }
}
