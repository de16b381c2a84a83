import SiamTensors
import TestSupport
import Testing

@testable import SiamImagePrior

@Suite struct DeepImagePriorTests {
  /// A disc on a slope.
  static func disc(_ height: Int, _ width: Int) -> Tensor {
    var values: [Float] = []
    for y in 0..<height {
      for x in 0..<width {
        let (dy, dx) = (y - height / 2, x - width / 2)
        let slope = 0.2 + 0.4 * Float(x) / Float(width)
        values += dy * dy + dx * dx < 36 ? [0.9, 0.6, 0.3] : [slope, slope, slope]
      }
    }
    return Tensor([height, width, 3], values)
  }

  static var small: DeepImagePrior.Configuration {
    var configuration = DeepImagePrior.Configuration()
    configuration.network = HourglassConfiguration(depth: 2, width: 16)
    configuration.seed = 7
    return configuration
  }

  @Test func `the threads change no bit`() throws {
    let images = try [1, 2, 3, 5].map { threads in
      try withThreadCount(threads) {
        var prior = DeepImagePrior(NoisyImage(Self.disc(45, 38)), Self.small)
        for _ in 0..<3 { _ = try prior.advance() }
        return prior.output
      }
    }
    for other in images.dropFirst() { #expect(sameBits(images[0], other)) }
  }

  @Test func `another seed is another start, the same seed the same course`() throws {
    func output(_ seed: UInt64) throws -> Tensor {
      var configuration = Self.small
      configuration.seed = seed
      var prior = DeepImagePrior(NoisyImage(Self.disc(24, 24)), configuration)
      for _ in 0..<2 { _ = try prior.advance() }
      return prior.output
    }
    #expect(sameBits(try output(1), try output(1)))
    #expect(!sameBits(try output(1), try output(2)))
  }

  @Test func `missing pixels are filled in better than by the mean of the known ones`() throws {
    let truth = Self.disc(32, 32)
    let chance = draws(32 * 32, 1)
    let known = chance.map { $0 > 0 }
    var configuration = Self.small
    configuration.averaging = 0.9
    var prior = DeepImagePrior(MaskedImage(truth, known: known), configuration)
    for _ in 0..<150 { _ = try prior.advance() }
    let mean = Tensor(truth.shape, [Float](repeating: truth.values.reduce(0, +) / 3072, count: 3072))
    let sought = truth.values
    func missing(_ image: Tensor) -> Double {
      var sum = 0.0
      for (index, value) in image.values.enumerated() where !known[index / 3] {
        let difference = Double(value - sought[index])
        sum += difference * difference
      }
      return sum
    }
    #expect(missing(prior.average) < 0.2 * missing(mean))
  }

  @Test func `a rate that explodes goes back or ends as an error, never as a picture of nothing`() throws {
    var configuration = Self.small
    configuration.rate = 1
    var prior = DeepImagePrior(NoisyImage(Self.disc(16, 16)), configuration)
    do throws(NotFinite) {
      for _ in 0..<120 { _ = try prior.advance() }
    } catch {
      #expect(error.step > 0)
    }
    #expect(prior.average.values.allSatisfy { $0.isFinite && (0...1).contains($0) })
  }
}
