import Glibc
import SiamFiles
import Synchronization

/// The threads of `parallelFor`, which live as long as the program and sleep between regions.
///
/// Before it sleeps a thread polls for a bounded time, since waking takes longer than most pauses between regions.
@safe final class ThreadPool: @unchecked Sendable {
  /// The only pool of the process.
  static let shared = ThreadPool()

  private typealias Body = @Sendable (Int) -> Void

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let rest = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let open = Atomic<Bool>(false)
  private let wanted = Atomic<Int>(Processors.available.count)
  /// What threads poll before they sleep: the number of the latest region, and of the threads at work in it.
  private let announced = Atomic<Int>(0)
  private let working = Atomic<Int>(0)
  /// How often a thread polls. It is bounded, since on a busy machine polling keeps others from the processor.
  private static let polls = 200_000
  /// Whether the next sweep runs backwards.
  private let sweepsBack = Atomic<Bool>(false)
  // Guarded by the mutex: the threads that were started and that took a number, and the number of the latest region.
  private var started = 0
  private var named = 0
  private var region = 0
  /// Why the system started no more threads; 0 while it does.
  private var refusal: Int32 = 0
  /// The number of threads that the region is for, including the calling one; 0 once the calls have all been taken.
  private var invited = 0
  /// The region under way.
  private var work: (body: Body, ranges: WorkStealingRanges)?

  private init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(wake, nil)
    unsafe pthread_cond_init(rest, nil)
  }

  /// The number of threads that the next region uses, including the calling one.
  var threads: Int { wanted.load(ordering: .relaxed) }

  /// Sets the number of threads, at least 1.
  func use(threads: Int) {
    precondition(threads >= 1, "\(threads) threads")
    wanted.store(threads, ordering: .relaxed)
  }

  /// Runs a region in the opposite direction to the last sweep.
  func sweep(_ count: Int, _ body: @Sendable (Int) -> Void) {
    run(count, backwards: sweepsBack.logicalXor(true, ordering: .relaxed).oldValue, body)
  }

  /// Runs a region of `count` calls, from the last to the first where `backwards` is set.
  func run(_ count: Int, backwards: Bool, _ body: @Sendable (Int) -> Void) {
    let wanted = min(threads, count)
    guard wanted > 1, !open.exchange(true, ordering: .acquiring) else {
      for index in 0..<max(0, count) { body(backwards ? count - 1 - index : index) }
      return
    }
    let threads = min(wanted, startAll(wanted))
    let ranges = WorkStealingRanges(of: count, for: threads, backwards: backwards)
    withoutActuallyEscaping(body) { body in
      unsafe pthread_mutex_lock(mutex)
      work = (body, ranges)
      region += 1
      invited = threads
      unsafe pthread_cond_broadcast(wake)
      unsafe pthread_mutex_unlock(mutex)
      announced.store(region, ordering: .relaxed)

      while let index = ranges.next(for: 0) { body(index) }

      unsafe pthread_mutex_lock(mutex)
      invited = 0
      unsafe pthread_mutex_unlock(mutex)
      poll { working.load(ordering: .relaxed) == 0 }
      unsafe pthread_mutex_lock(mutex)
      while working.load(ordering: .relaxed) > 0 { unsafe pthread_cond_wait(rest, mutex) }
      work = nil
      unsafe pthread_mutex_unlock(mutex)
    }
    open.store(false, ordering: .releasing)
  }

  /// Polls until the condition holds, for a bounded time.
  private func poll(_ condition: () -> Bool) {
    for _ in 0..<Self.polls where condition() { return }
  }

  /// A worker's part of a region. A separate function, so that its reference to the body is released before the worker stops
  /// counting as working, which lets the region end.
  private func join(_ thread: Int) {
    guard let (body, ranges) = work else { return }
    while let index = ranges.next(for: thread) { body(index) }
  }

  /// Starts the threads that the next regions use; nil, or what is missing.
  func startAll() -> MissingThreads? {
    let wanted = threads
    let running = startAll(wanted)
    guard running < wanted else { return nil }
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return MissingThreads(wanted: wanted, running: running, reason: systemMessage(refusal))
  }

  /// Starts threads until there are so many, including the calling one, or the system refuses; returns how many there are.
  private func startAll(_ wanted: Int) -> Int {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while started < wanted - 1 {
      refusal = start()
      guard refusal == 0 else {
        // Later regions do not ask in vain again.
        self.wanted.store(started + 1, ordering: .relaxed)
        break
      }
      started += 1
    }
    return started + 1
  }

  /// Starts a thread; the error number if the system refuses.
  private func start() -> Int32 {
    var thread = pthread_t()
    let me = unsafe Unmanaged.passUnretained(self).toOpaque()
    let failure = unsafe pthread_create(
      &thread, nil,
      { me in
        if let me = unsafe me { unsafe Unmanaged<ThreadPool>.fromOpaque(me).takeUnretainedValue().live() }
        return nil
      }, me)
    if failure == 0 { pthread_detach(thread) }
    return failure
  }

  /// What a thread does for the life of the process.
  private func live() {
    unsafe pthread_mutex_lock(mutex)
    named += 1
    let thread = named
    unsafe pthread_mutex_unlock(mutex)
    var seen = 0
    while true {
      poll { announced.load(ordering: .relaxed) != seen }
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
