import Glibc
import SiamFiles

/// The words of the command line with the program's name; bytes that are not UTF-8 are kept, see `pathString(_:)`.
func programWords() -> [String] {
  (0..<Int(CommandLine.argc)).compactMap { index in
    unsafe CommandLine.unsafeArgv[index].map { word in
      unsafe pathString(UnsafeRawBufferPointer(start: word, count: strlen(word)))
    }
  }
}
