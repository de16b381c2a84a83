import SiamImages
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

extension TrainedEncoder {
  /// The first layer's filters as small pictures in rows: grey is 0, and each filter has its own scale.
  var filterSheet: Image? {
    guard let entry = parameters.layout.entries.first(where: { $0.shape.count == 4 && $0.shape[2] == 3 })
    else {
      return nil
    }
    let (side, count) = (entry.shape[0], entry.shape[3])
    let zoom = max(3, 28 / side)
    let (pitch, columns) = (side * zoom + 4, min(16, count))
    let (width, height) = (columns * pitch + 4, (count + columns - 1) / columns * pitch + 4)
    var pixels = [UInt8](repeating: 255, count: 3 * width * height)
    let weights = parameters.values.values[entry.range].map { $0.isFinite ? $0 : 0 }
    for filter in 0..<count {
      let own = stride(from: filter, to: weights.count, by: count).map { weights[$0] }
      let largest = max(own.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
      let (left, top) = (4 + filter % columns * pitch, 4 + filter / columns * pitch)
      for y in 0..<side * zoom {
        for x in 0..<side * zoom {
          for channel in 0..<3 {
            let value = own[(y / zoom * side + x / zoom) * 3 + channel] / largest
            pixels[3 * ((top + y) * width + left + x) + channel] = UInt8(127.5 + 127 * value)
          }
        }
      }
    }
    return Image(width: width, height: height, pixels: pixels)
  }
}
