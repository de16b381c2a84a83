/// The program: parses the arguments, runs a command, returns the exit code.
public func siamMain() -> Int32 { 0 }
