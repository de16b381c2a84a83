import SiamMethods

/// A number for each of red, green and blue: "0.485,0.456,0.406".
struct ChannelValues: ArgumentValue {
  let values: [Double]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    values = parts.compactMap { Double(argument: String($0)) }
    guard parts.count == 3, values.count == 3 else { return nil }
  }

  var argument: String { values.map(\.argument).joined(separator: ",") }
  static var placeholder: String { "R,G,B" }
  static var meaning: String { "three numbers with commas between them" }
}
