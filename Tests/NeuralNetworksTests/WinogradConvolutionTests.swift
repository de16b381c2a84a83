import SiamTensors
import Synchronization
import TestSupport
import Testing

@testable import SiamNeuralNetworks

@Suite struct WinogradConvolutionTests {
  /// Images that go together, alone, and in parts; whole tiles and such as reach past the edges.
  static let sizes = [(4, 4, 70), (8, 8, 5), (7, 14, 3), (32, 32, 2), (41, 36, 2), (5, 30, 4)]

  @Test("the tiles of every picture are visited once, at most as many as there is room for", arguments: sizes)
  func tiles(height: Int, width: Int, batch: Int) throws {
    let tiles = try #require(WinogradTiles(convolution(16, 16).0, height: height, width: width))
    var seen = [Int](repeating: 0, count: batch * tiles.rows)
    let regions = Regions(images: batch, height: height)
    tiles.forEachGroup(0..<batch, of: regions, \.y) { images, rows in
      #expect(images.count * rows.count * tiles.columns <= tiles.atOnce)
      #expect(images.count == 1 || rows == 0..<tiles.rows)
      for image in images { for row in rows { seen[image * tiles.rows + row] += 1 } }
    }
    #expect(seen.allSatisfy { $0 == 1 })
  }

  @Test("other kernels, strides, channels and tiny pictures take the direct pass")
  func refusals() {
    var layout = ParameterLayout()
    for (inputs, outputs, kernel, stride, size) in [
      (16, 16, 1, 1, 8), (16, 16, 3, 2, 8), (3, 16, 3, 1, 8), (16, 24, 3, 1, 8), (16, 16, 3, 1, 2),
    ] {
      let other = Convolution(
        inputs, outputs, kernel: kernel, stride: stride,
        named: "\(inputs).\(outputs).\(kernel).\(stride).\(size)",
        in: &layout)
      #expect(WinogradTiles(other, height: size, width: size) == nil)
    }
  }

  @Test("deep layers of small pictures go by positions, others by tiles")
  func choice() throws {
    for (channels, size, expected) in [
      (64, 8, false), (128, 4, true), (128, 16, false), (256, 8, true), (512, 4, true), (512, 56, false),
    ] {
      let convolution = convolution(channels, channels).0
      let tiles = try #require(WinogradTiles(convolution, height: size, width: size))
      #expect(tiles.prefersWholeBatch == expected, "\(channels) channels, \(size) pixels")
    }
  }

  @Test("outputs and both gradients are the direct pass's", arguments: sizes, [(16, 16), (16, 48), (64, 32)])
  func agrees(size: (height: Int, width: Int, batch: Int), channels: (inputs: Int, outputs: Int)) throws {
    let (convolution, parameters) = convolution(channels.inputs, channels.outputs)
    let tiles = try #require(WinogradTiles(convolution, height: size.height, width: size.width))
    let x = Activation(randomTensor([size.batch, size.height, size.width, channels.inputs], 2))
    let dy = Activation(randomTensor([size.batch, size.height, size.width, channels.outputs], 3))
    let direct = passes(
      DirectForward(convolution, parameters), DirectBackward(convolution, parameters), x, dy, convolution)
    let winograd = passes(
      WinogradForward(tiles, parameters),
      WinogradBackward(tiles, propagates: true, parameters), x, dy, convolution)
    let positions = passes(
      BatchWinogradForward(tiles, parameters),
      BatchWinogradBackward(tiles, propagates: true, parameters), x, dy, convolution)
    for (pass, results) in [("tiles", winograd), ("positions", positions)] {
      for ((name, found), (_, expected)) in zip(results, direct) {
        #expect(relativeError(found, expected) < 1e-5, "\(pass): \(name)")
      }
    }
    // The products of a tile do not depend on what goes with it.
    #expect(positions[0].1.values == winograd[0].1.values && positions[1].1.values == winograd[1].1.values)
  }

  private func convolution(_ inputs: Int, _ outputs: Int) -> (Convolution, Parameters) {
    var layout = ParameterLayout()
    let convolution = Convolution(inputs, outputs, kernel: 3, stride: 1, named: "convolution", in: &layout)
    return (convolution, Parameters(wild: layout))
  }

  private func passes(
    _ forward: some ConvolutionForward, _ backward: some ConvolutionBackward, _ x: Activation,
    _ dy: Activation,
    _ convolution: Convolution
  ) -> [(String, Tensor)] {
    let (y, dx) = (Tensor(zeros: dy.values.shape), Tensor(zeros: x.values.shape))
    let weights = Tensor(zeros: [convolution.weight.count])
    let there = Atomic(0)
    let back = Atomic(0)
    forward.run(Slices(batch: x.batch), forward.regions(of: x), of: x, to: y.buffer) { _ in
      there.add(1, ordering: .relaxed)
    }
    unsafe backward.run(of: x, dy: dy, weights: weights.buffer.base, to: dx.buffer) { _ in
      back.add(1, ordering: .relaxed)
    }
    #expect(there.load(ordering: .relaxed) == x.batch && back.load(ordering: .relaxed) == x.batch)
    return [("y", y), ("dx", dx), ("dW", weights)]
  }

  /// The largest difference beside the largest number.
  private func relativeError(_ found: Tensor, _ expected: Tensor) -> Float {
    let largest = expected.values.map(abs).max() ?? 0
    return zip(found.values, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
  }
}
