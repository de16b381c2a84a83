import Glibc

/// Makes a system call, and makes it again whenever a signal interrupts it.
///
/// The error number is read before any other call can replace it, which is why no other code in this module looks at `errno`
/// after more than the call itself.
/// - Parameters:
///   - verb: what the call is about to do, for the error message.
///   - path: the file that the error names.
/// - Returns: what the call returned, which is not negative.
/// - Throws: `FileError` when the call returns a negative number.
@discardableResult
func attempt<Value: SignedInteger>(
  _ verb: String, _ path: String, _ call: () -> Value
) throws(FileError) -> Value {
  while true {
    let value = call()
    if value >= 0 { return value }
    let number = errno
    if number != EINTR { throw .numbered(number, verb, path) }
  }
}
