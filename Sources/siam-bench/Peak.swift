import CKernels
import Tensors

/// What one core does at most, in GFLOP/s: multiply-adds in registers, two operations each.
func peak() -> Double {
  let rounds = 2_000_000
  var work = 0.0
  let seconds = median {
    var sink: Float = 0.999
    work = unsafe ck_multiply_adds(rounds, &sink)
    precondition(sink.isFinite, "the chains ran away")
  }
  return 2 * work / seconds / 1e9
}

/// One core's peak, that of all threads together, and how near two are to twice one.
func benchmarkPeak() {
  let one = peak()
  print("peak/1 thread\t\(decimals(one, 1)) GFLOP/s")
  let (threads, rounds) = (threadCount, 2_000_000)
  let seconds = median {
    parallelFor(threads) { _ in
      var sink: Float = 0.999
      _ = unsafe ck_multiply_adds(rounds, &sink)
    }
  }
  var sink: Float = 0.999
  let work = unsafe ck_multiply_adds(1, &sink) * Double(rounds * threads)
  let all = 2 * work / seconds / 1e9
  print("peak/\(threads) threads\t\(decimals(all, 1)) GFLOP/s\t\(decimals(all / one, 2)) times one")
}
