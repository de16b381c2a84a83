import SiamMethods
import SiamNeuralNetworks
import SiamTensors
import SiamTraining

/// The four-convolution encoder in double precision, with exact directional derivatives.
///
/// Judged as it is used: normalisations take their running statistics, so each unit is a convolution, a scale and shift
/// by channel, and a ReLU; the features are the mean over the last map. Between the kinks of its ReLUs the network is
/// linear, and a derivative along a direction is the same pass with the ReLUs held as they stand.
struct DualEncoder: Sendable {
  private struct Unit: Sendable {
    /// (3, 3, inputs, outputs).
    let weights: [Double]
    let inputs, outputs, stride: Int
    let scale, shift: [Double]

    func size(_ side: Int) -> Int { (side - 1) / stride + 1 }
  }

  private let units: [Unit]
  /// The side of the pictures.
  let side: Int
  var dimension: Int { units.last?.outputs ?? 0 }

  /// - Precondition: the preset `tiny`.
  init(_ encoder: TrainedEncoder) {
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
    var units: [Unit] = []
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
      units.append(
        Unit(
          weights: weights, inputs: weights.count / 9 / last, outputs: last, stride: index == 0 ? 1 : 2,
          scale: scale, shift: shift))
    }
    (self.units, side) = (units, configuration.size)
  }

  /// Which ReLUs let through, unit by unit.
  struct Gates: Sendable { fileprivate var open: [[Bool]] = [] }

  /// The features of a picture (side, side, 3), and its gates.
  func features(_ picture: [Double]) -> (y: [Double], gates: Gates) {
    var (x, side, gates) = (picture, self.side, Gates())
    for unit in units {
      x = Self.convolved(x, side, unit)
      side = unit.size(side)
      var open = [Bool](repeating: false, count: x.count)
      for index in x.indices {
        let channel = index % unit.outputs
        x[index] = x[index] * unit.scale[channel] + unit.shift[channel]
        open[index] = x[index] > 0
        if !open[index] { x[index] = 0 }
      }
      gates.open.append(open)
    }
    return (mean(x), gates)
  }

  /// J·v, the derivative of the features along a direction (side, side, 3), where the gates were found.
  func derivative(along direction: [Double], _ gates: Gates) -> [Double] {
    var (x, side) = (direction, self.side)
    for (unit, open) in zip(units, gates.open) {
      x = Self.convolved(x, side, unit)
      side = unit.size(side)
      for index in x.indices { x[index] = open[index] ? x[index] * unit.scale[index % unit.outputs] : 0 }
    }
    return mean(x)
  }

  private func mean(_ map: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: dimension)
    for (index, value) in map.enumerated() { sums[index % sums.count] += value }
    return sums.map { $0 * Double(sums.count) / Double(map.count) }
  }

  /// A 3x3 convolution with a border of zeros.
  private static func convolved(_ x: [Double], _ side: Int, _ unit: Unit) -> [Double] {
    let (size, inputs, outputs) = (unit.size(side), unit.inputs, unit.outputs)
    var y = [Double](repeating: 0, count: size * size * outputs)
    let (from, weights) = (x.span, unit.weights.span)
    for row in 0..<size {
      for column in 0..<size {
        var all = y.mutableSpan
        let at = (row * size + column) * outputs
        var target = all._mutatingExtracting(at..<at + outputs)
        for tap in 0..<9 {
          let (sourceRow, sourceColumn) = (
            row * unit.stride + tap / 3 - 1, column * unit.stride + tap % 3 - 1
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
