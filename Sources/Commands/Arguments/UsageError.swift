/// A command called wrongly: one line on standard error, exit 64.
struct UsageError: Error, Equatable, CustomStringConvertible {
  /// What is wrong, without the program's name and without a full stop.
  let message: String

  init(_ message: String) { self.message = message }

  var description: String { message }
}
