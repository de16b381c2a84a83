/// A command used incorrectly: one line on standard error, exit code 64.
struct UsageError: Error, Equatable, CustomStringConvertible {
  /// The message, without the program's name or a full stop.
  let message: String

  init(_ message: String) { self.message = message }

  var description: String { message }
}
