import SiamImages
import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// What the first layer looks for: filters of side x side RGB pixels, drawn as small pictures in rows.
struct FilterSheet {
  private let side: Int
  /// Each (side, side, 3).
  private let filters: [[Float]]

  /// Of patch features so many filters are drawn at most; they have thousands.
  private static let most = 128

  /// The filters of an encoder; nil if its first layer has none.
  init?(_ encoder: TrainedEncoder) {
    switch encoder.body {
    case .joined(let parts):
      guard let sheet = parts.lazy.compactMap({ FilterSheet($0) }).first else { return nil }
      self = sheet
    case .network(let network):
      let entries = network.parameters.layout.entries
      guard let entry = entries.first(where: { $0.shape.count == 4 && $0.shape[2] == 3 }) else { return nil }
      let (weights, count) = (Array(network.parameters.values.values[entry.range]), entry.shape[3])
      side = entry.shape[0]
      filters = (0..<count).map { filter in
        stride(from: filter, to: weights.count, by: count).map { weights[$0] }
      }
    case .patches(let patches):
      // An atom is active where its product with a whitened patch is large: whitening and product are one filter.
      guard let coder = patches.stages.first?.coder else { return nil }
      let (weights, atoms) = (coder.whitening.weights, coder.dictionary)
      side = coder.configuration.patch
      let chosen = min(Self.most, atoms.rows)
      let (map, rows, rank) = (weights.values, atoms.values, weights.channels)
      filters = (0..<chosen).map { place in
        let atom = place * atoms.rows / chosen
        return (0..<weights.rows).map { pixel in
          (0..<rank).reduce(0) { $0 + map[pixel * rank + $1] * rows[atom * rank + $1] }
        }
      }
    }
  }

  /// Grey is 0, and each filter has a scale of its own.
  var image: Image {
    let zoom = max(3, 28 / side)
    let columns = min(16, filters.count)
    let pitch = side * zoom + 4
    let (width, height) = (columns * pitch + 4, (filters.count + columns - 1) / columns * pitch + 4)
    var pixels = [UInt8](repeating: 255, count: 3 * width * height)
    for (place, filter) in filters.enumerated() {
      let largest = filter.reduce(Float.leastNormalMagnitude) { $1.isFinite ? max($0, abs($1)) : $0 }
      let (left, top) = (4 + place % columns * pitch, 4 + place / columns * pitch)
      for y in 0..<side * zoom {
        for x in 0..<side * zoom {
          for channel in 0..<3 {
            let weight = filter[(y / zoom * side + x / zoom) * 3 + channel]
            let value = weight.isFinite ? weight / largest : 0
            pixels[3 * ((top + y) * width + left + x) + channel] = UInt8(127.5 + 127 * value)
          }
        }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
