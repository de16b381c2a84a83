import Glibc
import SiamFiles

/// How the values of an axis lie along it, and where its ticks are.
struct Scale: Sendable, Equatable {
  /// A mark on the axis.
  struct Tick: Sendable, Equatable {
    /// Its value on the axis.
    let value: Double
    /// Empty for a minor tick.
    let label: String
  }

  /// The values at the two ends.
  let range: ClosedRange<Double>
  /// Whether equal ratios, not equal differences, are equally far apart.
  let isLogarithmic: Bool
  /// In ascending order.
  let ticks: [Tick]

  /// - Parameters:
  ///   - values: what has to be shown, unless the axis has a range; those not finite, and on a logarithmic axis those not
  ///     positive, are ignored.
  ///   - count: about how many ticks to label.
  init(_ axis: Figure.Axis, showing values: [Double], ticks count: Int = 5) {
    switch axis.kind {
    case .names(let names):
      isLogarithmic = false
      range = -0.5...max(0.5, Double(names.count) - 0.5)
      ticks = names.enumerated().map { Tick(value: Double($0.offset), label: $0.element) }
    case .linear, .counted:
      isLogarithmic = false
      let finite = values.filter(\.isFinite)
      var (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
      if high - low < 1e-12 * max(1, abs(low)) { (low, high) = (low - 0.5, high + 0.5) }
      let margin = 0.04 * (high - low)
      let possible = axis.possible ?? (low < 0 ? -Double.infinity : 0)...Double.infinity
      // Values outside of what is possible are shown nevertheless.
      let range =
        axis.range
        ?? min(
          low, max(low - margin, possible.lowerBound))...max(high, min(high + margin, possible.upperBound))
      self.range = range
      ticks = Self.linearTicks(range, count, isCounted: axis.kind == .counted)
    case .logarithmic:
      isLogarithmic = true
      let positive = values.filter { $0.isFinite && $0 > 0 }
      let (low, high) = (positive.min() ?? 0.1, positive.max() ?? 1)
      let room = max(1.15, pow(high / low, 0.04))
      range = axis.range ?? (low / room)...(high * room)
      ticks = Self.logarithmicTicks(range, count)
    }
  }

  /// How far along the axis a value lies: 0...1 within the range, otherwise beyond.
  func fraction(of value: Double) -> Double {
    guard isLogarithmic else {
      return (value - range.lowerBound) / (range.upperBound - range.lowerBound)
    }
    guard value > 0 else { return -.infinity }
    return log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
  }

  /// The width of the widest tick label, in pixels.
  func labelWidth(size: Double) -> Double { ticks.map { textWidth($0.label, size: size) }.max() ?? 0 }

  private static func linearTicks(
    _ range: ClosedRange<Double>, _ count: Int, isCounted: Bool
  ) -> [Tick] {
    let rough = (range.upperBound - range.lowerBound) / Double(count)
    let power = pow(10, floor(log10(rough)))
    let steps = [1, 2, 2.5, 5, 10].map { $0 * power }.filter { !isCounted || $0 == $0.rounded() }
    let step = steps.first { $0 >= rough * 0.999 } ?? (isCounted ? 1 : 10 * power)
    let places = max(0, min(12, Int(-floor(log10(step) + 1e-9)) + (step / power == 2.5 ? 1 : 0)))
    let (first, last) = (
      (range.lowerBound / step - 1e-9).rounded(.up), (range.upperBound / step + 1e-9).rounded(.down)
    )
    guard first <= last else { return [] }
    return (Int(first)...Int(last)).map {
      Tick(value: Double($0) * step, label: label(Double($0) * step, places: places))
    }
  }

  private static func label(_ value: Double, places: Int) -> String {
    abs(value) >= 100_000 || places > 5 && value != 0
      ? significant(value, 2) : decimal(value, places: places)
  }

  /// Labels at powers of ten, within few decades also at 2 and 5 times those; minor ticks at the other multiples.
  private static func logarithmicTicks(_ range: ClosedRange<Double>, _ count: Int) -> [Tick] {
    let (low, high) = (Int(floor(log10(range.lowerBound))), Int(ceil(log10(range.upperBound))))
    let decades = log10(range.upperBound / range.lowerBound)
    let every = max(1, Int((decades / Double(count)).rounded(.up)))
    var ticks: [Tick] = []
    for exponent in low...high {
      let power = pow(10, Double(exponent))
      for factor in 1...9 {
        let value = Double(factor) * power
        guard range.contains(value) else { continue }
        let isLabelled =
          factor == 1 ? exponent % every == 0 : decades < 2 && (factor == 2 || factor == 5) || decades < 0.7
        if isLabelled {
          let places = max(0, -exponent)
          ticks.append(
            Tick(
              value: value,
              label: places > 3 || exponent > 4 ? significant(value, 1) : decimal(value, places: places)))
        } else if every == 1 || factor == 1 {
          ticks.append(Tick(value: value, label: ""))
        }
      }
    }
    return ticks
  }
}
