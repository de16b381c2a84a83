import Glibc

/// Reads a regular file, or its first `limit` bytes.
///
/// A pipe, a device or a folder is refused without waiting for it: unlike `Files.readFile`, this reads whatever
/// stands in a folder of pictures under a picture's name.
func readRegularFile(_ path: String, atMost limit: Int = .max) throws(ImageError) -> [UInt8] {
  func failure() -> ImageError { .unreadable(path: path, reason: unsafe String(cString: strerror(errno))) }
  let file = unsafe open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
  guard file >= 0 else { throw failure() }
  defer { close(file) }
  var facts = stat()
  guard unsafe fstat(file, &facts) == 0 else { throw failure() }
  guard facts.st_mode & S_IFMT == S_IFREG else {
    throw .unreadable(path: path, reason: "not a regular file")
  }
  // No JPEG or PNG within the largest pixel limit comes near this, and the C libraries count in 32 bits here and there.
  let size = min(Int(facts.st_size), limit)
  guard size <= 1 << 31 else { throw .tooCostly(path: path, reason: "a file of \(size) bytes") }
  var problem: ImageError?
  let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
    while filled < size {
      let count = unsafe read(file, buffer.baseAddress.map { unsafe $0 + filled }, size - filled)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { problem = failure() }
      if count <= 0 { return }
      filled += count
    }
  }
  if let problem { throw problem }
  return bytes
}
