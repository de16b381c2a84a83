import FoundationEssentials
import SiamFiles

/// JSON as Siam writes it: keys in order, so that equal values give equal bytes; numbers that JSON lacks as
/// "nan", "inf" and "-inf"; names with nothing hidden in them.
enum JSON {
  /// - Parameter isPretty: on lines of its own and indented, or all on one line.
  static func text(_ value: some Encodable, isPretty: Bool = false) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return withoutHiddenInJSON(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// - Throws: `DecodingError` where the text is no JSON or holds something else.
  static func value<Value: Decodable>(_ type: Value.Type = Value.self, from text: some Sequence<UInt8>) throws
    -> Value
  {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(text))
  }
}
