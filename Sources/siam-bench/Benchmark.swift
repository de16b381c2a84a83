import CKernels
import Tensors

/// Every benchmark by name: `siam-bench [NAME …]` runs those, or all.
private let benchmarks: [(name: String, run: @Sendable () -> Void)] = [
  ("peak", benchmarkPeak), ("convolution", benchmarkConvolutions), ("step", benchmarkSteps),
  ("knn", { benchmarkNeighbours() }),
]

func runBenchmarks(_ names: [String]) {
  if names.first == "knn", names.count > 1 {
    let sizes = names.dropFirst().compactMap { Int($0) }.filter { $0 > 0 }
    guard sizes.count == 4, names.count == 5 else {
      print("siam-bench: knn takes four sizes: BANK QUERIES DIMENSION K")
      return
    }
    benchmarkNeighbours(sizes)
    return
  }
  let known = benchmarks.map(\.name)
  for name in names where !known.contains(name) {
    print("siam-bench: no benchmark is called \(name); there are \(known.joined(separator: ", "))")
    return
  }
  print("# kernels \(unsafe String(cString: ck_variant())), \(threadCount) threads")
  for benchmark in benchmarks where names.isEmpty || names.contains(benchmark.name) { benchmark.run() }
}

/// Calls `body` once to warm up and then `repetitions` times; the median of the seconds.
func median(of repetitions: Int = 7, _ body: () -> Void) -> Double {
  body()
  let clock = ContinuousClock()
  let times = (0..<repetitions).map { _ in clock.measure(body) / .seconds(1) }
  return times.sorted()[repetitions / 2]
}

/// A line: name, milliseconds, rate; tab-separated.
func report(_ name: String, seconds: Double, _ rates: String...) {
  print(([name, "\(decimals(1e3 * seconds, 3)) ms"] + rates).joined(separator: "\t"))
}

/// A number with so many decimals.
func decimals(_ value: Double, _ places: Int) -> String {
  var scale = 1.0
  for _ in 0..<places { scale *= 10 }
  let whole = Int((value * scale).rounded())
  guard places > 0 else { return "\(whole)" }
  let digits = String(whole % Int(scale))
  return "\(whole / Int(scale))." + String(repeating: "0", count: places - digits.count) + digits
}
