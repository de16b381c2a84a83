import Glibc
import SiamFiles
import SiamTensors

/// Every benchmark: `siam-bench [NAME …]` runs those, or all.
private let benchmarks: [(name: String, summary: String, run: @Sendable (Bench) -> Void)] = [
  ("peak", "multiply-adds in registers, and a copy of memory: what the machine can do", { _ in }),
  (
    "kernels", "the matrix kernels on each layer's shape, one core, one picture in its cache",
    benchmarkKernels
  ),
  ("pointwise", "the memory-bound kernels, beside a copy", benchmarkPointwise),
  ("layers", "each layer of the presets as a training step runs it", benchmarkLayers),
  ("step", "whole SimSiam steps on random pictures", benchmarkSteps),
  ("knn", "the nearest neighbours of random vectors", benchmarkNeighbours),
  (
    "views",
    "pictures decoded and two views made of each, one core; alone it takes a folder, --recipe and --size",
    { benchmarkViews([], isJSON: $0.options.isJSON) }
  ),
]

/// Runs the requested benchmarks; exits with 64 after a usage error.
func runBenchmarks(_ words: [String]) {
  if words.first == "views" { return benchmarkViews(Array(words.dropFirst())) }
  do throws(Options.Mistake) {
    let options = try Options(words, benchmarks: benchmarks.map(\.name))
    let bench = Bench(options)
    for benchmark in benchmarks where options.names.isEmpty || options.names.contains(benchmark.name) {
      bench.say("# \(benchmark.name): \(benchmark.summary)")
      benchmark.run(bench)
    }
  } catch {
    print("siam-bench: \(error.text)\n\nUsage: siam-bench [NAME …] [--json] [--OPTION N …]\n")
    for benchmark in benchmarks { print("  \(benchmark.name)\n    \(benchmark.summary)") }
    for option in Options.known { print("  --\(option.name) N\n    \(option.meaning)") }
    exit(64)
  }
}

/// The machine's limits, measured at the start, and the printing of results.
struct Bench {
  /// The parsed command line.
  let options: Options
  /// GFLOP/s and GB/s by number of threads.
  private let limits: [Int: (peak: Double, copy: Double)]

  /// Measures the machine's limits for each number of threads.
  init(_ options: Options) {
    self.options = options
    limits = Dictionary(
      uniqueKeysWithValues: options.threads.map { threads in
        threadCount = threads
        return (threads, (peakRate(threads: threads), copyRate(threads: threads)))
      })
    say("# kernels \(kernelVariant); GFLOP/s and shares count the operations of the direct convolution,")
    say("# whichever kernel runs: Winograd's takes fewer multiplications, and can exceed the peak")
    for threads in options.threads {
      guard let limit = limits[threads] else { continue }
      tell("peak/multiply-adds", threads: threads, [("GFLOP/s", limit.peak, 1)])
      tell("peak/copy, read and written", threads: threads, [("GB/s", limit.copy, 1)])
    }
  }

  /// Runs `body` with each requested number of threads.
  func forEachThreadCount(_ body: (Int) -> Void) {
    for threads in options.threads {
      threadCount = threads
      body(threads)
    }
  }

  /// Calls `body` once to warm up and then several times; the median of the seconds.
  func median(of count: Int = 7, _ body: () -> Void) -> Double {
    medianSeconds(of: options["repetitions"] ?? count, body)
  }

  /// Prints one measurement: the time, and the rates that follow from the work done in it.
  ///
  /// - Parameters:
  ///   - work: operations of the direct method.
  ///   - bytes: read and written.
  ///   - copy: seconds of a copy that reads and writes `bytes` in all, for its share.
  func report(
    _ name: String, threads: Int, seconds: Double, work: Double? = nil, bytes: Double? = nil,
    copy: Double? = nil, images: Int? = nil
  ) {
    var numbers: [(unit: String, value: Double, digits: Int)] = [("ms", 1e3 * seconds, 3)]
    let limit = limits[threads]
    if let images { numbers.append(("pictures/s", Double(images) / seconds, 0)) }
    if let work {
      let rate = work / seconds / 1e9
      numbers.append(("GFLOP/s", rate, 1))
      if let limit { numbers.append(("% of peak", 100 * rate / limit.peak, 0)) }
    }
    if let bytes {
      numbers.append(("GB/s", bytes / seconds / 1e9, 1))
      if let copy { numbers.append(("% of a copy", 100 * copy / seconds, 0)) }
    }
    tell(name, threads: threads, numbers)
  }

  /// Prints a line of text; nothing with JSON output.
  func say(_ text: String) {
    if !options.isJSON { print(text) }
  }

  private func tell(_ name: String, threads: Int, _ numbers: [(unit: String, value: Double, digits: Int)]) {
    if options.isJSON {
      let fields = numbers.map { "\"\($0.unit)\": \($0.value)" }.joined(separator: ", ")
      print("{\"name\": \"\(name)\", \"kernels\": \"\(kernelVariant)\", \"threads\": \(threads), \(fields)}")
    } else {
      let fields = numbers.map { "\(decimal($0.value, places: $0.digits)) \($0.unit)" }
      print(([name, "\(threads) thread\(threads == 1 ? "" : "s")"] + fields).joined(separator: "\t"))
    }
    fflush(nil)
  }
}

/// Calls `body` once to warm up and then `repetitions` times; the seconds in ascending order.
private func sortedSeconds(of repetitions: Int, _ body: () -> Void) -> [Double] {
  body()
  let clock = ContinuousClock()
  return (0..<repetitions).map { _ in clock.measure(body) / .seconds(1) }.sorted()
}

/// Calls `body` once to warm up and then `repetitions` times; the median of the seconds.
func medianSeconds(of repetitions: Int, _ body: () -> Void) -> Double {
  sortedSeconds(of: repetitions, body)[repetitions / 2]
}

/// The minimum, for limits: other work on the machine can only slow them down.
func leastSeconds(of repetitions: Int, _ body: () -> Void) -> Double {
  sortedSeconds(of: repetitions, body)[0]
}

/// Numbers in -1...1, the same for the same seed.
func randomTensor(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
  let count = shape.reduce(1, *)
  var generator = CounterGenerator(seed)
  return Tensor(shape, (0..<count).map { _ in Float.random(in: -1...1, using: &generator) })
}
