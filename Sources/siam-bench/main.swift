import Tensors

keepFreedMemory()
runBenchmarks(Array(CommandLine.arguments.dropFirst()))
