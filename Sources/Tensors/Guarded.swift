import Glibc

/// A value that one thread at a time may touch.
///
/// It stands where `Synchronization.Mutex` could: ThreadSanitizer does not see that one, and takes whatever it guards for
/// a race; pthread's lock it sees.
@safe package final class Guarded<Value: ~Copyable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// Apart from the object, so that a value of no size shares its place with nothing.
  private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  package init(_ value: consuming sending Value) {
    unsafe self.value.initialize(to: value)
    let failure = unsafe pthread_mutex_init(mutex, nil)
    precondition(failure == 0, "no lock: error \(failure)")
  }

  /// Calls `body` alone with the value.
  ///
  /// - Precondition: `body` does not come back here; it would wait for itself.
  package func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try unsafe body(&value.pointee)
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe mutex.deallocate()
    unsafe value.deinitialize(count: 1)
    unsafe value.deallocate()
  }
}
