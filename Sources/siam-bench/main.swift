import SiamTensors

keepFreedMemory()
runBenchmarks(Array(CommandLine.arguments.dropFirst()))
