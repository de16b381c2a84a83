import Glibc
import Synchronization

/// The number of threads that `parallelFor` uses, the calling one included; from 1 up.
///
/// Results never depend on it. A change counts from the next parallel region on.
package var threadCount: Int {
  get { ThreadPool.shared.threads }
  set { ThreadPool.shared.use(threads: newValue) }
}

/// The processors that are online.
package var availableProcessors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// Calls `body` with 0..<count, spread over the threads; returns when all calls have.
///
/// Which thread makes which call is left to chance, so each call must write to places of its own. A region inside a
/// region runs on the thread that opens it.
package func parallelFor(_ count: Int, _ body: @Sendable (Int) -> Void) {
  ThreadPool.shared.run(count, backwards: false, body)
}

/// Calls `body` with stretches of `length` neighbours, the last of them perhaps shorter, that together are `range`.
package func parallelFor(_ range: Range<Int>, by length: Int, _ body: @Sendable (Range<Int>) -> Void) {
  parallelFor((range.count + length - 1) / length) { index in
    let first = range.lowerBound + index * length
    body(first..<min(first + length, range.upperBound))
  }
}

/// Like `parallelFor`, for regions that pass one after the other over the parts of the same data, such as the pictures of a batch:
/// each goes the way back that the one before it came, and finds the last parts in the cache.
package func parallelSweep(_ count: Int, _ body: @Sendable (Int) -> Void) {
  ThreadPool.shared.sweep(count, body)
}

/// A pool of threads that live as long as the program and sleep between regions.
@safe private final class ThreadPool: @unchecked Sendable {
  static let shared = ThreadPool()

  private typealias Body = @Sendable (Int) -> Void

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let rest = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let open = Atomic<Bool>(false)
  private let wanted = Atomic<Int>(availableProcessors)
  /// What a thread looks at for a moment before it sleeps: waking takes longer than most pauses between regions. The
  /// look is bounded, since on a busy machine it keeps others from the processor.
  private let announced = Atomic<Int>(0)
  private let working = Atomic<Int>(0)
  private static let looks = 200_000
  private let sweepsBack = Atomic<Bool>(false)
  // Under the mutex:
  private var started = 0
  private var named = 0
  private var region = 0
  /// The threads that the region is for, the calling one included; 0 when who has not come by now need not.
  private var invited = 0
  private var work: (body: Body, shares: Shares)?

  private init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(wake, nil)
    unsafe pthread_cond_init(rest, nil)
  }

  var threads: Int { wanted.load(ordering: .relaxed) }

  func use(threads: Int) {
    precondition(threads >= 1, "\(threads) threads")
    wanted.store(threads, ordering: .relaxed)
  }

  func sweep(_ count: Int, _ body: @Sendable (Int) -> Void) {
    run(count, backwards: sweepsBack.logicalXor(true, ordering: .relaxed).oldValue, body)
  }

  func run(_ count: Int, backwards: Bool, _ body: @Sendable (Int) -> Void) {
    let threads = min(threads, count)
    guard threads > 1, !open.exchange(true, ordering: .acquiring) else {
      for index in 0..<max(0, count) { body(backwards ? count - 1 - index : index) }
      return
    }
    let shares = Shares(of: count, for: threads, backwards: backwards)
    withoutActuallyEscaping(body) { body in
      unsafe pthread_mutex_lock(mutex)
      while started < threads - 1 { start() }
      work = (body, shares)
      region += 1
      invited = threads
      unsafe pthread_cond_broadcast(wake)
      unsafe pthread_mutex_unlock(mutex)
      announced.store(region, ordering: .relaxed)

      while let index = shares.next(for: 0) { body(index) }

      unsafe pthread_mutex_lock(mutex)
      invited = 0
      unsafe pthread_mutex_unlock(mutex)
      look { working.load(ordering: .relaxed) == 0 }
      unsafe pthread_mutex_lock(mutex)
      while working.load(ordering: .relaxed) > 0 { unsafe pthread_cond_wait(rest, mutex) }
      work = nil
      unsafe pthread_mutex_unlock(mutex)
    }
    open.store(false, ordering: .releasing)
  }

  private func look(_ isSo: () -> Bool) {
    for _ in 0..<Self.looks where isSo() { return }
  }

  /// A worker's part. While it counts as working, the region's body stays; and its hold on the body ends here, before
  /// the region may.
  private func join(_ thread: Int) {
    guard let (body, shares) = work else { return }
    while let index = shares.next(for: thread) { body(index) }
  }

  private func start() {
    started += 1
    var thread = pthread_t()
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    let failure = unsafe pthread_create(
      &thread, nil,
      { me in
        if let me = unsafe me { unsafe Unmanaged<ThreadPool>.fromOpaque(me).takeUnretainedValue().live() }
        return nil
      }, me)
    precondition(failure == 0, "cannot start a thread: error \(failure)")
    pthread_detach(thread)
  }

  private func live() {
    unsafe pthread_mutex_lock(mutex)
    named += 1
    let thread = named
    unsafe pthread_mutex_unlock(mutex)
    var seen = 0
    while true {
      look { announced.load(ordering: .relaxed) != seen }
      unsafe pthread_mutex_lock(mutex)
      while region == seen || thread >= invited { unsafe pthread_cond_wait(wake, mutex) }
      seen = region
      working.add(1, ordering: .relaxed)
      unsafe pthread_mutex_unlock(mutex)
      join(thread)
      unsafe pthread_mutex_lock(mutex)
      if working.subtract(1, ordering: .relaxed).newValue == 0 { unsafe pthread_cond_signal(rest) }
      unsafe pthread_mutex_unlock(mutex)
    }
  }
}
