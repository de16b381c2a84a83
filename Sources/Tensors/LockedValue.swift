import Glibc

/// A value that one thread at a time can access.
///
/// Used instead of `Synchronization.Mutex`, which ThreadSanitizer does not know, so that it reports races on the value; it
/// knows the lock of pthread.
@safe package final class LockedValue<Value: ~Copyable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  /// In memory of its own, so that a value of size 0 does not share its address with anything.
  private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  /// A value that only `withLock(_:)` can reach from now on.
  package init(_ value: consuming sending Value) {
    unsafe self.value.initialize(to: value)
    // A lock of the default kind needs nothing of the system, so this cannot fail.
    unsafe pthread_mutex_init(mutex, nil)
  }

  /// Calls `body` with exclusive access to the value.
  ///
  /// - Precondition: `body` does not call this method of the same object: the lock is not recursive.
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
