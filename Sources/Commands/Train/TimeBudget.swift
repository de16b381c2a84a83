import SiamMethods

/// A time that a training may take: "30s", "10m", "1h".
struct TimeBudget: ArgumentValue {
  let seconds: Int

  static let standard = TimeBudget(seconds: 600)
  private static let units: [(name: String, seconds: Int)] = [("h", 3600), ("m", 60), ("s", 1)]

  init(seconds: Int) { self.seconds = seconds }

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.name) }),
      let number = Double(argument.dropLast()), number.isFinite,
      argument.dropLast().allSatisfy({ "0123456789.".contains($0) }),
      (1...Self.longest).contains(number * Double(unit.seconds))
    else { return nil }
    seconds = Int((number * Double(unit.seconds)).rounded())
  }

  private static let longest = 30 * 86_400.0

  var argument: String {
    let unit = Self.units.first { seconds % $0.seconds == 0 } ?? ("s", 1)
    return "\(seconds / unit.seconds)\(unit.name)"
  }
  static var placeholder: String { "TIME" }
  static var meaning: String { "a time such as 30s, 10m or 8h, of 30 days at most" }
}
