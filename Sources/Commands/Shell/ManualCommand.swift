/// Prints the manual page: `siam manual`.
struct ManualCommand: Command {
  static let name = "manual"
  static let summary = "Print the manual page, for man."
  static let details = """
    To read it: siam manual | man -l -. To have it beside the others: siam manual > /usr/local/share/man/man1/siam.1.
    """
  static let examples = [UsageExample("siam manual", "all that siam help says, as a page for man")]

  init(_ arguments: inout Arguments) throws(UsageError) {}

  func run() throws { Output.standard.line(manualPage(of: allCommands)) }
}
