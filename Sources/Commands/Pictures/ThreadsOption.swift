import SiamMethods
import SiamTensors

/// Declares and reads `--threads`.
func threadsOption(_ arguments: inout Arguments) throws(UsageError) -> Int? {
  try arguments.option(
    "--threads", value: "N", otherwise: "all processors that the CPU affinity and quota allow",
    in: .from(1, through: 256),
    help: "threads to compute with")
}

/// Starts the threads of a command, and says on standard error when the system gives fewer than were asked for.
func use(threads: Int?) {
  if let threads { threadCount = threads }
  if let missing = startThreads() { Output.error.line("siam: \(missing)") }
}

/// Why no more threads run: "of 8 processors the CPU affinity allows 2; --threads sets another number"; nil when all
/// processors are used, or another number was asked for.
var threadLimitation: String? {
  guard threadCount == Processors.available.count, let limitation = Processors.available.limitation else {
    return nil
  }
  return limitation + "; --threads sets another number"
}
