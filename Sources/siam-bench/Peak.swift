import CSiamKernels
import SiamTensors

/// The peak rate of a number of cores, in GFLOP/s: multiply-adds in registers, two operations each.
func peakRate(threads: Int) -> Double {
  let rounds = 2_000_000
  @Sendable func chains() -> Double {
    var sink: Float = 0.999
    let work = unsafe ck_kernels().pointee.multiply_add_peak(rounds, &sink)
    precondition(sink.isFinite, "the chains ran away")
    return work
  }
  let work = chains() * Double(threads)
  // As many parts as threads, so that no thread waits for a part that another started late.
  let seconds = leastSeconds(of: 15) { parallelFor(threads) { _ in _ = chains() } }
  return 2 * work / seconds / 1e9
}

/// The rate at which a number of cores copy memory beyond the caches, in GB/s read and written.
func copyRate(threads: Int) -> Double {
  let count = 1 << 24
  let (from, to) = (Tensor(zeros: [count]).buffer, Tensor(zeros: [count]).buffer)
  let parts = 64
  let seconds = leastSeconds(of: 7) {
    parallelFor(parts) { part in
      let at = part * (count / parts)
      unsafe (to.base + at).update(from: from.base + at, count: count / parts)
    }
  }
  return 2 * Double(count * MemoryLayout<Float>.size) / seconds / 1e9
}
