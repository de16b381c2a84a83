package import FoundationEssentials
import SiamFiles

/// Pictures that another program made: sources, and what some operation made of them.
package struct PictureReference: Decodable, Sendable {
  package struct Picture: Decodable, Sendable {
    package let width, height: Int
    /// RGB rows.
    package let pixels: Data
  }

  package struct Case: Decodable, Sendable, CustomStringConvertible {
    package let picture, operation: String
    package let numbers: [Double]
    package let result: Picture

    package var description: String { "\(operation) \(numbers) of \(picture)" }
  }

  package let pictures: [String: Picture]
  package let cases: [Case]

  /// Reads a file in `data/reference`.
  package init(_ name: String) throws {
    let bytes = try readFile(dataPath("reference/" + name))
    self = try JSONDecoder().decode(PictureReference.self, from: Data(bytes))
  }
}
