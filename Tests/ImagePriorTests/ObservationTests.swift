import SiamImages
import SiamTensors
import TestSupport
import Testing

@testable import SiamImagePrior

@Suite struct ObservationTests {
  private static let candidate = Tensor([8, 12, 3], draws(288, 1, in: 0...1))

  static var observations: [any Observation] {
    [
      NoisyImage(Tensor([8, 12, 3], draws(288, 2, in: 0...1))),
      MaskedImage(
        Tensor([8, 12, 3], draws(288, 2, in: 0...1)), known: (0..<96).map { $0 % 3 != 1 && $0 > 10 }),
      ReducedImage(Tensor([4, 6, 3], draws(72, 2, in: 0...1)), factor: 2),
      ReducedImage(Tensor([2, 3, 3], draws(18, 2, in: 0...1)), factor: 4),
    ]
  }

  @Test(arguments: observations.indices)
  func `an error's gradient agrees with central differences`(_ index: Int) {
    let observation = Self.observations[index]
    let gradient = observation.error(of: Self.candidate).gradient.values
    // The error is a quadratic form: differences are exact at any step, so the step may be large.
    let error = largestGradientError(
      gradient, at: Self.candidate.values.map(Double.init), step: 0.5, scale: 1e-6
    ) {
      observation.error(of: Tensor([8, 12, 3], $0.map { Float($0) })).loss
    }
    #expect(error < 1e-4)
  }

  @Test func `what is missing counts for nothing`() {
    let image = Tensor([2, 2, 3], draws(12, 1, in: 0...1))
    let observation = MaskedImage(image, known: [true, false, true, true])
    var other = image
    other.withMutableSpan { for index in 3..<6 { $0[index] = 9 } }
    let (loss, gradient) = observation.error(of: other)
    #expect(loss == 0 && gradient.values.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [2, 4])
  func `reduction and its backward are those of the published code in PyTorch`(_ factor: Int) throws {
    let reference = try Reference("prior")
    let reduction = LanczosReduction(factor: factor)
    let y = reduction.apply(to: try reference.tensor("reduce/\(factor)/x"))
    #expect(y.shape == [4, 6, 3])
    #expect(relativeError(y.values, try reference.values("reduce/\(factor)/y")) < 1e-6)
    let dx = reduction.transposed(try reference.tensor("reduce/\(factor)/dy"))
    #expect(relativeError(dx.values, try reference.values("reduce/\(factor)/dx")) < 1e-6)
  }

  @Test(arguments: 2...8)
  func `a slope stays where it was in the smaller picture`(_ factor: Int) {
    let side = 8 * factor
    let slope = Tensor([side, side, 3], (0..<side * side * 3).map { Float($0 / 3 % side) })
    let y = LanczosReduction(factor: factor).apply(to: slope).values
    // Where no edge is near: the mean of the pixels that it stands for.
    for column in 2..<6 {
      let middle = Float(column * factor) + Float(factor - 1) / 2
      #expect(abs(y[(4 * 8 + column) * 3] - middle) < 1e-3 * middle)
    }
  }

  @Test func `bytes survive as floats, and PSNR is that of its definition`() {
    let image = Image(width: 3, height: 2, pixels: (0..<18).map { UInt8($0 * 14) })
    #expect(Image(Tensor(image)) == image)
    let (a, b) = (Tensor([1, 1, 3], [0, 0.5, 1]), Tensor([1, 1, 3], [0.1, 0.6, 0.9]))
    #expect(abs(signalToNoise(a, b) - 20) < 1e-4)
    #expect(signalToNoise(a, a) == .infinity)
  }
}
