benchmarkStep()
