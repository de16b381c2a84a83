import SiamFiles
package import SiamTensors

/// Why weights of another library cannot be imported: the first name or shape that does not fit.
package enum ImportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be read, or is no safetensors file.
  case file(SafetensorsError)
  /// It is an encoder of this program already.
  case ownEncoder(path: String)
  /// None of its names belongs to a network that is known.
  case unknownNetwork(path: String, first: String, known: [String])
  /// An array that the network needs is missing.
  case missing(path: String, network: String, name: String)
  /// An array that the network does not have.
  case unexpected(path: String, network: String, name: String)
  /// An array of another shape, or whose elements are no floats.
  case mismatch(path: String, network: String, name: String, found: String, expected: String)
  /// An array with a number that no trained network has.
  case badValue(path: String, name: String, value: String)

  /// The sentence for a person, on one line, safe to print.
  package var description: String {
    switch self {
    case .file(let error):
      if case .malformed = error {
        "\(error); of a PyTorch file, safetensors.torch.save_file writes one from its state_dict"
      } else {
        "\(error)"
      }
    case .ownEncoder(let path): "\(printable(path)): an encoder of Siam already; use it as it is"
    case .unknownNetwork(let path, let first, let known):
      "\(printable(path)): no network that can be imported, which are \(known.joined(separator: ", ")); "
        + (first.isEmpty ? "it has no arrays" : "its first array is \(printable(first))")
    case .missing(let path, let network, let name):
      "\(printable(path)): not all of \(network): it has no array \(printable(name)); save the whole state_dict"
    case .unexpected(let path, let network, let name):
      "\(printable(path)): not \(network), which has no array \(printable(name)); take the weights of \(network) itself"
    case .mismatch(let path, let network, let name, let found, let expected):
      "\(printable(path)): not \(network): \(printable(name)) is \(found), expected \(expected); take the weights of "
        + "\(network) itself"
    case .badValue(let path, let name, let value):
      "\(printable(path)): \(printable(name)) holds \(value); the weights are damaged, take another copy"
    }
  }
}
