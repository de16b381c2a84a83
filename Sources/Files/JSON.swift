import FoundationEssentials

/// JSON as Siam reads and writes it: keys sorted, so that equal values give equal bytes; NaN and the infinities as the
/// strings "nan", "inf" and "-inf"; nothing hidden in names.
package enum JSON {
  /// How a property's name becomes a key.
  package enum Keys: Sendable {
    /// `knnEvery` stays "knnEvery".
    case asDeclared
    /// `knnEvery` becomes "knn_every".
    case snakeCase
  }

  /// The value as JSON text, without a line end.
  ///
  /// - Parameter isPretty: indented over several lines, or all on one.
  /// - Precondition: the value's `encode(to:)` does not throw.
  package static func text(
    _ value: some Encodable, isPretty: Bool = false, keys: Keys = .asDeclared
  ) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    if keys == .snakeCase { encoder.keyEncodingStrategy = .convertToSnakeCase }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(value) else { preconditionFailure("a value without a JSON form") }
    return withoutHiddenInJSON(String(decoding: data, as: UTF8.self))
  }

  /// The value that a JSON text holds.
  ///
  /// - Throws: `DecodingError` if the text is not JSON, or holds something else.
  package static func value<Value: Decodable>(
    _ type: Value.Type = Value.self, from text: some Sequence<UInt8>, keys: Keys = .asDeclared
  ) throws -> Value {
    let decoder = JSONDecoder()
    if keys == .snakeCase { decoder.keyDecodingStrategy = .convertFromSnakeCase }
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(text))
  }
}
