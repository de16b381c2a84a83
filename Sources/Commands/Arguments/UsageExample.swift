/// A command line that shows what a command is for.
struct UsageExample: Sendable, Equatable {
  /// As it is typed: "siam train pictures -o runs/first".
  let line: String
  /// What it does, as part of a sentence.
  let meaning: String

  init(_ line: String, _ meaning: String) { (self.line, self.meaning) = (line, meaning) }
}
