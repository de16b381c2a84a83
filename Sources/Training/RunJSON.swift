import SiamFiles

/// JSON as run folders hold it: keys in snake_case, a malformed file is a `CheckpointError`.
enum RunJSON {
  /// The value as JSON text, without a newline.
  static func text(_ value: some Encodable, isPretty: Bool) -> String {
    JSON.text(value, isPretty: isPretty, keys: .snakeCase)
  }

  /// The value that a file of a run folder holds.
  ///
  /// - Throws: `CheckpointError.malformed`, with the reason in a few words.
  static func value<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], path: String
  ) throws(CheckpointError) -> Value {
    do { return try JSON.value(type, from: bytes, keys: .snakeCase) } catch {
      throw .malformed(path: path, reason: reason(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error as? DecodingError {
    case .keyNotFound(let key, let context)?:
      return "its configuration lacks \(name(context.codingPath + [key]))"
    case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?:
      return "its configuration has a value of the wrong type at \(name(context.codingPath))"
    case .dataCorrupted(let context)? where !context.codingPath.isEmpty:
      return "its configuration has an unknown value at \(name(context.codingPath))"
    default: return "its configuration is not JSON"
    }
  }
}
