/// How the encoder's last map becomes a feature vector.
public enum ReadOut: Sendable, Equatable, Hashable {
  /// The mean over the map: (N, channels).
  case average
  /// The map averaged down to side x side cells: (N, side · side · channels).
  case map(side: Int)
  /// The principal components of patch features: (N, components).
  case components
  /// What `TrainedEncoder.joining` makes of its parts: (N, the sum of theirs).
  case joined
  /// One of the parts of what is joined, with its method: (N, its dimension).
  case part(Int, String)

  /// "average", or "map 2x2".
  package var description: String {
    switch self {
    case .average: "average"
    case .map(let side): "map \(side)x\(side)"
    case .components: "components"
    case .joined: "joined"
    case .part(_, let method): method
    }
  }
}
