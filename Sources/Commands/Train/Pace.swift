/// The speed of some work over the last seconds, and the time left.
struct Pace {
  /// The total amount of work.
  let total: Int
  /// The length of the rate's window, in seconds.
  let window: Double
  private var marks: [(done: Int, seconds: Double)] = []

  init(total: Int, window: Double = 30) { (self.total, self.window) = (total, window) }

  /// Notes that `done` of the total was finished at that time, in seconds of any monotonic clock.
  mutating func note(done: Int, at seconds: Double) {
    marks.append((done, seconds))
    // The oldest mark kept is the last one outside the window, so the rate always spans all of it.
    while marks.count > 2, marks[1].seconds <= seconds - window { marks.removeFirst() }
  }

  /// Items per second; nil before two marks at different times.
  var perSecond: Double? {
    guard let first = marks.first, let last = marks.last, last.seconds > first.seconds else { return nil }
    return Double(last.done - first.done) / (last.seconds - first.seconds)
  }

  /// Nil while there is no rate yet.
  var secondsLeft: Double? {
    guard let perSecond, perSecond > 0, let last = marks.last else { return nil }
    return Double(max(0, total - last.done)) / perSecond
  }
}
