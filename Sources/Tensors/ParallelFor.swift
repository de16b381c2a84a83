import Glibc
import Synchronization

/// The number of threads that `parallelFor` uses, the calling one included; from 1 up.
///
/// Results never depend on it. A change counts from the next parallel region on.
public var threadCount: Int {
  get { ThreadPool.shared.threads }
  set { ThreadPool.shared.use(threads: newValue) }
}

/// The processors that are online.
public var availableProcessors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

/// Calls `body` with 0..<count, spread over the threads; returns when all calls have.
///
/// Which thread makes which call is left to chance, so each call must write to places of its own. A region inside a
/// region runs on the thread that opens it.
public func parallelFor(_ count: Int, _ body: @Sendable (Int) -> Void) {
  ThreadPool.shared.run(count, body)
}

/// A pool of threads that live as long as the program and sleep between regions.
@safe private final class ThreadPool: @unchecked Sendable {
  static let shared = ThreadPool()

  /// What a region is: its body, how many calls it has, and which comes next.
  private typealias Body = @Sendable (Int) -> Void

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let rest = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let open = Atomic<Bool>(false)
  private let next = Atomic<Int>(0)
  private let wanted = Atomic<Int>(availableProcessors)
  /// What a thread looks at for a moment before it sleeps: waking takes longer than most pauses between regions. The
  /// look is bounded, since on a busy machine it keeps others from the processor.
  private let announced = Atomic<Int>(0)
  private let working = Atomic<Int>(0)
  private static let looks = 200_000
  // Under the mutex:
  private var started = 0
  private var region = 0
  private var invited = 0
  private var count = 0
  private var body: Body?

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

  func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let threads = threads
    guard count > 1, threads > 1, !open.exchange(true, ordering: .acquiring) else {
      for index in 0..<max(0, count) { body(index) }
      return
    }
    withoutActuallyEscaping(body) { body in
      unsafe pthread_mutex_lock(mutex)
      while started < threads - 1 { start() }
      self.body = body
      self.count = count
      next.store(0, ordering: .relaxed)
      region += 1
      invited = min(threads, count) - 1
      unsafe pthread_cond_broadcast(wake)
      unsafe pthread_mutex_unlock(mutex)
      announced.store(region, ordering: .relaxed)

      work(body, count)

      unsafe pthread_mutex_lock(mutex)
      invited = 0  // who has not come by now need not
      unsafe pthread_mutex_unlock(mutex)
      look { working.load(ordering: .relaxed) == 0 }
      unsafe pthread_mutex_lock(mutex)
      while working.load(ordering: .relaxed) > 0 { unsafe pthread_cond_wait(rest, mutex) }
      self.body = nil
      unsafe pthread_mutex_unlock(mutex)
    }
    open.store(false, ordering: .releasing)
  }

  private func look(_ isSo: () -> Bool) {
    for _ in 0..<Self.looks where isSo() { return }
  }

  private func work(_ body: Body, _ count: Int) {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if index >= count { return }
      body(index)
    }
  }

  /// A worker's part. While it counts as working, the region's body and count stay; and its hold on the body ends
  /// here, before the region may.
  private func join() {
    if let body { work(body, count) }
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
    var seen = 0
    while true {
      look { announced.load(ordering: .relaxed) != seen }
      unsafe pthread_mutex_lock(mutex)
      while region == seen || invited == 0 { unsafe pthread_cond_wait(wake, mutex) }
      seen = region
      invited -= 1
      working.add(1, ordering: .relaxed)
      unsafe pthread_mutex_unlock(mutex)
      join()
      unsafe pthread_mutex_lock(mutex)
      if working.subtract(1, ordering: .relaxed).newValue == 0 { unsafe pthread_cond_signal(rest) }
      unsafe pthread_mutex_unlock(mutex)
    }
  }
}
