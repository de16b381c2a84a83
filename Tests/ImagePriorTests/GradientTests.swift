import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@testable import SiamImagePrior

@Suite struct GradientTests {
  /// Shapes that take both convolution passes, odd sides, and a map of two pixels.
  struct Shape: CustomTestStringConvertible {
    let height, width: Int
    let network: HourglassConfiguration
    var testDescription: String { "\(height)x\(width), depth \(network.depth), skip \(network.skip)" }
  }
  static let shapes = [
    Shape(height: 12, width: 16, network: HourglassConfiguration(depth: 1, width: 16, skip: 4, inputs: 3)),
    Shape(height: 7, width: 5, network: HourglassConfiguration(depth: 2, width: 16, skip: 3, inputs: 2)),
    Shape(height: 9, width: 6, network: HourglassConfiguration(depth: 1, width: 10, skip: 0, inputs: 16)),
  ]

  @Test(arguments: shapes)
  func `gradients agree with central differences, and the channels that only fill up have none`(
    _ shape: Shape
  ) throws {
    let network = Hourglass(shape.network)
    var parameters = network.parameters(seed: 3)
    let channels = stored(shape.network.inputs)
    let noise = Tensor(
      [shape.height, shape.width, channels],
      draws(shape.height * shape.width * channels, 4).enumerated().map {
        $0 % channels < shape.network.inputs ? $1 : 0
      })
    let pass = network.forward(noise.batchOfOne, &parameters)
    let plain = PlainHourglass(
      configuration: shape.network, layout: network.layout, values: parameters.values.values.map(Double.init))
    let image = PlainHourglass.Image(
      height: shape.height, width: shape.width, channels: channels, values: noise.values.map(Double.init))
    #expect(relativeError(pass.image.values, plain.image(image)) < 1e-5)

    let dy = draws(pass.image.count, 5)
    pass.backward(Tensor(pass.image.shape, dy), &parameters)
    let gradient = parameters.gradients.values
    let counting = zip(plain.values.indices, plain.values).map { index, value in
      value != 0 || !network.layout.entries.contains { $0.shape.count == 4 && $0.range.contains(index) }
    }
    // One entry at a time, so that a small one does not hide behind a large one.
    for entry in network.layout.entries {
      let error = largestGradientError(
        gradient, at: plain.values, varying: entry.range, directions: 1, scale: 1e-2
      ) { values in
        let plain = PlainHourglass(
          configuration: shape.network, layout: network.layout,
          values: zip(values, counting).map { $1 ? $0 : 0 })
        return zip(plain.image(image), dy).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      #expect(error < 1e-3, "\(entry.name)")
    }
    // A weight that is zero after the drawing is one that does not count.
    for entry in network.layout.entries where entry.shape.count == 4 {
      for index in entry.range where plain.values[index] == 0 && gradient[index] != 0 {
        Issue.record("\(entry.name): a gradient of \(gradient[index])")
      }
    }
  }
}
