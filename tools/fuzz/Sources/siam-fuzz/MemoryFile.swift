import Glibc

/// A regular file that lives in memory only, filled anew for every input.
struct MemoryFile {
  private let descriptor: CInt
  /// A name that the readers can open.
  let path: String

  init() {
    let name = "/dev/shm/siam-fuzz-\(getpid())"
    descriptor = unsafe open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "no file in memory")
    unsafe unlink(name)
    path = "/proc/self/fd/\(descriptor)"
  }

  func fill(_ bytes: [UInt8]) {
    let written = unsafe pwrite(descriptor, bytes, bytes.count, 0)
    precondition(ftruncate(descriptor, bytes.count) == 0 && written == bytes.count, "the memory is full")
  }
}
