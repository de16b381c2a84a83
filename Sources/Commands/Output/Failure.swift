/// An error of the commands themselves: a message and its exit code.
struct Failure: ExitCoded, Equatable, CustomStringConvertible {
  let exitCode: ExitCode
  let message: String

  init(_ exitCode: ExitCode, _ message: String) { (self.exitCode, self.message) = (exitCode, message) }

  var description: String { message }
}
