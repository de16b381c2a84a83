import SiamTensors

/// The program: parses the arguments, runs a command, returns the exit code.
///
/// Every error is reported as one line on standard error.
package func siamMain() -> Int32 {
  Output.prepare()
  keepFreedMemory()
  let words = Array(programWords().dropFirst())
  let name = words.first ?? ""
  endWithoutMemory(subject(for: name))
  var code = ExitCode.success
  do {
    let command = try parsed(words)
    try checkKernels(environmentVariable("SIAM_KERNELS"))
    try command.run()
  } catch {
    code = ExitCode(of: error)
    Output.error.line(complaint(about: error, from: name))
  }
  if code == .success, let failure = Output.standard.failure {
    code = .inputOutput
    Output.error.line("siam: cannot write to standard output: \(failure)")
  }
  return code.number
}

/// The command given by the words, ready to run.
func parsed(_ words: [String]) throws(UsageError) -> any Command {
  guard let first = words.first else { throw UsageError("no command is given") }
  switch first {
  case "-h", "--help": return HelpCommand(topic: nil)
  case "--version": return VersionCommand()
  default: break
  }
  let command = try command(named: first)
  let rest = Array(words.dropFirst())
  if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "-h" || $0 == "--help" }) {
    return HelpCommand(topic: command.name)
  }
  return try command.parse(rest)
}

/// Refuses kernels that this processor does not support, instead of silently falling back to others.
func checkKernels(_ wanted: String?) throws(Failure) {
  guard let wanted, !wanted.isEmpty, !kernelVariants.contains(wanted) else { return }
  throw Failure(
    .usage, "SIAM_KERNELS is \(quoted(wanted)); this processor has \(kernelVariants.joined(separator: ", "))")
}

/// The one line for an error: "siam train: --epochs is given twice; see siam help train".
func complaint(about error: any Error, from name: String) -> String {
  let subject = subject(for: name)
  let advice = error is UsageError ? "; see siam help\(subject == "siam" ? "" : " \(name)")" : ""
  return "\(subject): \(oneLine("\(error)"))\(advice)"
}

/// What every message begins with: "siam train", or "siam" where the first word is no command.
private func subject(for name: String) -> String {
  allCommands.contains { $0.name == name } ? "siam \(name)" : "siam"
}
