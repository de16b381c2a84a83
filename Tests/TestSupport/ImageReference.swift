package import FoundationEssentials
import SiamFiles

/// Images that another program made: sources, and what some operation made of them.
package struct ImageReference: Decodable, Sendable {
  package struct Image: Decodable, Sendable {
    package let width, height: Int
    /// RGB rows.
    package let pixels: Data
  }

  package struct Case: Decodable, Sendable, CustomStringConvertible {
    package let image, operation: String
    package let numbers: [Double]
    package let result: Image

    package var description: String { "\(operation) \(numbers) of \(image)" }

    private enum CodingKeys: String, CodingKey {
      case operation, numbers, result
      case image = "picture"
    }
  }

  package let images: [String: Image]
  package let cases: [Case]

  private enum CodingKeys: String, CodingKey {
    case cases
    case images = "pictures"
  }

  /// Reads a file in `data/reference`.
  package init(_ name: String) throws {
    let bytes = try readFile(dataPath("reference/" + name))
    self = try JSONDecoder().decode(ImageReference.self, from: Data(bytes))
  }
}
