import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The encoder of four convolutions in double precision, with exact derivatives along a direction.
///
/// It computes what the trained encoder does outside training: normalisations use their running statistics, so that each
/// layer is a convolution, a scale and shift for each channel, and a ReLU; the features are the mean over the last map.
/// Where no ReLU switches the network is linear: a derivative along a direction is the same pass with the ReLUs held as
/// they are.
struct DualEncoder: Sendable {
  /// A 3x3 convolution with padding 1, then y = max(0, x · scale + shift) channel by channel.
  private struct ConvolutionLayer: Sendable {
    /// (3, 3, inputs, outputs).
    let weights: [Double]
    let inputs, outputs, stride: Int
    let scale, shift: [Double]

    /// The side of the output for an input of that side.
    func size(_ side: Int) -> Int { (side - 1) / stride + 1 }
  }

  private let layers: [ConvolutionLayer]
  /// The side of the images in pixels.
  let side: Int
  /// The length of the features, D.
  var dimension: Int { layers.last?.outputs ?? 0 }

  /// - Precondition: the preset `tiny`.
  init(_ encoder: NetworkEncoder) {
    let configuration = encoder.configuration.encoder
    precondition(configuration.preset == .tiny, "only the four-convolution encoder has a dual form")
    let parameters = encoder.parameters
    let (numbers, running) = (parameters.values.values, parameters.statistics.values)
    func values(_ name: String) -> [Double]? {
      parameters.layout.entries.first { $0.name == name }.map { numbers[$0.range].map(Double.init) }
    }
    func statistic(_ name: String) -> [Double]? {
      parameters.layout.statistics.first { $0.name == name }.map { running[$0.range].map(Double.init) }
    }
    var layers: [ConvolutionLayer] = []
    for index in 0..<4 {
      let name = "encoder.\(index)"
      guard let entry = parameters.layout.entries.first(where: { $0.name == name + ".conv.weight" }),
        let weights = values(name + ".conv.weight"), let last = entry.shape.last
      else { preconditionFailure("an encoder without \(name)") }
      // Without normalisation there is a bias alone.
      var scale = [Double](repeating: 1, count: last)
      var shift = values(name + ".norm.bias") ?? [Double](repeating: 0, count: last)
      if let gamma = values(name + ".norm.weight"), let mean = statistic(name + ".norm.running_mean"),
        let variance = statistic(name + ".norm.running_var")
      {
        for channel in scale.indices {
          scale[channel] = gamma[channel] / (variance[channel] + 1e-5).squareRoot()
          shift[channel] -= mean[channel] * scale[channel]
        }
      }
      layers.append(
        ConvolutionLayer(
          weights: weights, inputs: weights.count / 9 / last, outputs: last, stride: index == 0 ? 1 : 2,
          scale: scale, shift: shift))
    }
    (self.layers, side) = (layers, configuration.size)
  }

  /// Which ReLUs are open, layer by layer.
  struct Gates: Sendable { fileprivate var open: [[Bool]] = [] }

  /// The features (D) of an image (side, side, 3), and its gates.
  func features(_ image: [Double]) -> (y: [Double], gates: Gates) {
    var (x, side, gates) = (image, self.side, Gates())
    for layer in layers {
      x = Self.convolved(x, side, layer)
      side = layer.size(side)
      var open = [Bool](repeating: false, count: x.count)
      for index in x.indices {
        let channel = index % layer.outputs
        x[index] = x[index] * layer.scale[channel] + layer.shift[channel]
        open[index] = x[index] > 0
        if !open[index] { x[index] = 0 }
      }
      gates.open.append(open)
    }
    return (mean(x), gates)
  }

  /// J·v (D), the derivative of the features along a direction v (side, side, 3), at the image of the gates.
  func derivative(along direction: [Double], _ gates: Gates) -> [Double] {
    var (x, side) = (direction, self.side)
    for (layer, open) in zip(layers, gates.open) {
      x = Self.convolved(x, side, layer)
      side = layer.size(side)
      for index in x.indices { x[index] = open[index] ? x[index] * layer.scale[index % layer.outputs] : 0 }
    }
    return mean(x)
  }

  private func mean(_ map: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: dimension)
    for (index, value) in map.enumerated() { sums[index % sums.count] += value }
    return sums.map { $0 * Double(sums.count) / Double(map.count) }
  }

  /// The convolution of x (side, side, inputs).
  private static func convolved(_ x: [Double], _ side: Int, _ layer: ConvolutionLayer) -> [Double] {
    let (size, inputs, outputs) = (layer.size(side), layer.inputs, layer.outputs)
    var y = [Double](repeating: 0, count: size * size * outputs)
    let (from, weights) = (x.span, layer.weights.span)
    for row in 0..<size {
      for column in 0..<size {
        var all = y.mutableSpan
        let at = (row * size + column) * outputs
        var target = all._mutatingExtracting(at..<at + outputs)
        for tap in 0..<9 {
          let (sourceRow, sourceColumn) = (
            row * layer.stride + tap / 3 - 1, column * layer.stride + tap % 3 - 1
          )
          guard 0 <= sourceRow, sourceRow < side, 0 <= sourceColumn, sourceColumn < side else { continue }
          let pixel = (sourceRow * side + sourceColumn) * inputs
          for input in 0..<inputs {
            let factor = from[pixel + input]
            if factor == 0 { continue }
            let start = (tap * inputs + input) * outputs
            let line = weights.extracting(start..<start + outputs)
            for output in line.indices { target[output] += factor * line[output] }
          }
        }
      }
    }
    return y
  }
}
