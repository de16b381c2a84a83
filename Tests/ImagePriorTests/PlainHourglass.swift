import Glibc
import SiamNeuralNetworks

@testable import SiamImagePrior

/// The hourglass once more, in double precision and written as the textbook has it: what gradients are checked against
/// by central differences.
struct PlainHourglass {
  struct Image {
    var height, width, channels: Int
    var values: [Double]

    subscript(y: Int, x: Int, channel: Int) -> Double {
      values[(y * width + x) * channels + channel]
    }
  }

  let configuration: HourglassConfiguration
  let layout: ParameterLayout
  let values: [Double]

  private func entry(_ name: String) -> (shape: [Int], values: [Double]) {
    guard let entry = layout.entries.first(where: { $0.name == name }) else {
      preconditionFailure("no \(name)")
    }
    return (entry.shape, Array(values[entry.range]))
  }

  /// The colours, (H, W, 3).
  func image(_ noise: Image) -> [Double] {
    let body = scale(noise, 0)
    let y = convolved(body, "head.conv", stride: 1)
    let bias = entry("head.conv.bias").values
    return (0..<y.height * y.width * 3).map { index in
      1 / (1 + exp(-(y.values[index / 3 * y.channels + index % 3] + bias[index % 3])))
    }
  }

  private func scale(_ x: Image, _ index: Int) -> Image {
    let name = "scale\(index)"
    var deep = unit(unit(x, name + ".down", stride: 2), name + ".deeper")
    if index + 1 < configuration.depth { deep = scale(deep, index + 1) }
    var joined = enlarged(deep, x.height, x.width)
    if configuration.skip > 0 { joined = behind(joined, unit(x, name + ".skip")) }
    return unit(unit(normalized(joined, name + ".junction.norm"), name + ".up"), name + ".mix")
  }

  private func unit(_ x: Image, _ name: String, stride: Int = 1) -> Image {
    var y = normalized(convolved(x, name + ".conv", stride: stride), name + ".norm")
    for index in y.values.indices where y.values[index] < 0 { y.values[index] *= 0.2 }
    return y
  }

  private func convolved(_ x: Image, _ name: String, stride: Int) -> Image {
    let (shape, weights) = entry(name + ".weight")
    let (kernel, inputs, outputs) = (shape[0], shape[2], shape[3])
    let (height, width) = ((x.height - 1) / stride + 1, (x.width - 1) / stride + 1)
    func mirrored(_ index: Int, _ count: Int) -> Int {
      index < 0 ? -index : index >= count ? 2 * count - 2 - index : index
    }
    var y = Image(
      height: height, width: width, channels: outputs,
      values: [Double](repeating: 0, count: height * width * outputs))
    for row in 0..<height {
      for column in 0..<width {
        let to = (row * width + column) * outputs
        for tap in 0..<kernel * kernel {
          let fromY = mirrored(row * stride + tap / kernel - kernel / 2, x.height)
          let fromX = mirrored(column * stride + tap % kernel - kernel / 2, x.width)
          for input in 0..<inputs {
            let (value, at) = (x[fromY, fromX, input], (tap * inputs + input) * outputs)
            for output in 0..<outputs { y.values[to + output] += value * weights[at + output] }
          }
        }
      }
    }
    return y
  }

  private func normalized(_ x: Image, _ name: String) -> Image {
    let (scale, shift) = (entry(name + ".weight").values, entry(name + ".bias").values)
    var y = x
    let pixels = x.height * x.width
    for channel in 0..<x.channels {
      let indices = (0..<pixels).map { $0 * x.channels + channel }
      let mean = indices.reduce(0) { $0 + x.values[$1] } / Double(pixels)
      let variance = indices.reduce(0) { $0 + (x.values[$1] - mean) * (x.values[$1] - mean) } / Double(pixels)
      for index in indices {
        y.values[index] =
          scale[channel] * (x.values[index] - mean) / (variance + 1e-5).squareRoot() + shift[channel]
      }
    }
    return y
  }

  /// By the distance of centres, each axis on its own.
  private func enlarged(_ x: Image, _ height: Int, _ width: Int) -> Image {
    func taps(_ index: Int, _ count: Int) -> [(Int, Double)] {
      let center = max(0, (Double(index) + 0.5) / 2 - 0.5)
      let (low, share) = (Int(center), center - Double(Int(center)))
      return [(low, 1 - share), (min(low + 1, count - 1), share)]
    }
    var y = Image(height: height, width: width, channels: x.channels, values: [])
    for row in 0..<height {
      for column in 0..<width {
        for channel in 0..<x.channels {
          var sum = 0.0
          for (fromY, a) in taps(row, x.height) {
            for (fromX, b) in taps(column, x.width) { sum += a * b * x[fromY, fromX, channel] }
          }
          y.values.append(sum)
        }
      }
    }
    return y
  }

  private func behind(_ a: Image, _ b: Image) -> Image {
    var y = Image(height: a.height, width: a.width, channels: a.channels + b.channels, values: [])
    for pixel in 0..<a.height * a.width {
      y.values += a.values[pixel * a.channels..<(pixel + 1) * a.channels]
      y.values += b.values[pixel * b.channels..<(pixel + 1) * b.channels]
    }
    return y
  }
}
