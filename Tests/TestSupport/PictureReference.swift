import Files
public import FoundationEssentials

/// Pictures that another program made: sources, and what some operation made of them.
public struct PictureReference: Decodable, Sendable {
  public struct Picture: Decodable, Sendable {
    public let width, height: Int
    /// RGB rows.
    public let pixels: Data
  }

  public struct Case: Decodable, Sendable, CustomStringConvertible {
    public let picture, operation: String
    public let numbers: [Double]
    public let result: Picture

    public var description: String { "\(operation) \(numbers) of \(picture)" }
  }

  public let pictures: [String: Picture]
  public let cases: [Case]

  /// Reads a file in `data/reference`.
  public init(_ name: String) throws {
    let bytes = try readFile(dataPath("reference/" + name))
    self = try JSONDecoder().decode(PictureReference.self, from: Data(bytes))
  }
}
