import Glibc

/// The memory that images may take while they are decoded, all threads together.
///
/// A thread waits until there is room for its image, so that as many are decoded at once as their sizes allow; an image that
/// needs more than everything is decoded alone.
@safe final class DecodingBudget: @unchecked Sendable {
  /// The only budget of the process.
  static let shared = DecodingBudget()

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let returned = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// The bytes that images take now; guarded by the mutex.
  private var spent = 0

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(returned, nil)
  }

  /// Runs `body` as soon as what is being decoded leaves room for `bytes` more within `limit`.
  func spend<Result>(
    _ bytes: Int, within limit: Int, _ body: () throws(ImageError) -> Result
  ) throws(ImageError) -> Result {
    // Small images, the usual ones, need not wait or even look.
    guard bytes > 1 << 23 else { return try body() }
    unsafe pthread_mutex_lock(mutex)
    while spent > 0 && spent + bytes > limit { unsafe pthread_cond_wait(returned, mutex) }
    spent += bytes
    unsafe pthread_mutex_unlock(mutex)
    defer {
      unsafe pthread_mutex_lock(mutex)
      spent -= bytes
      unsafe pthread_cond_broadcast(returned)
      unsafe pthread_mutex_unlock(mutex)
    }
    return try body()
  }

  deinit {
    unsafe pthread_mutex_destroy(mutex)
    unsafe pthread_cond_destroy(returned)
    unsafe mutex.deallocate()
    unsafe returned.deallocate()
  }
}

extension DecodingOptions {
  /// The bytes that all images being decoded may take at once: 6.5 for each pixel of the largest that is accepted.
  var memory: Int { maximumPixels * 13 / 2 }

  /// The bytes that decoding an image takes at its peak.
  func cost(of reader: HeaderReader) -> Int {
    let pixels = decodedPixels(of: reader)
    let turned = appliesOrientation ? 3 * pixels : 0
    return 3 * pixels + max(reader.coefficientBytes, turned)
  }

  /// The pixels that the decoder gives, before what is left of the reduction.
  private func decodedPixels(of reader: HeaderReader) -> Int {
    let scale = scale(of: reader)
    return ((reader.width - 1) / scale + 1) * ((reader.height - 1) / scale + 1)
  }

  /// The part of the reduction that JPEG's inverse transform and WebP's decoder can do.
  func scale(of reader: HeaderReader) -> Int {
    [.jpeg, .webp].contains(reader.format) ? min(8, reduction?.divisor(reader.width, reader.height) ?? 1) : 1
  }

  /// The memory for the coefficients of a JPEG that comes in several scans.
  func coefficientLimit(of reader: HeaderReader) -> Int {
    max(0, min(4 * maximumPixels, memory - 3 * decodedPixels(of: reader)))
  }
}
