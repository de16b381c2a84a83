import FoundationEssentials
import TestSupport
import Testing

@testable import SiamImages

@Suite struct ResizeTests {
  static let reference = Result { try ImageReference("resize.json") }

  @Test("every case has the very bytes that Pillow makes", arguments: try ResizeTests.reference.get().cases)
  func pillow(wanted: ImageReference.Case) throws {
    let source = try #require(try Self.reference.get().images[wanted.image])
    let numbers = wanted.numbers.map { Int($0) }
    let box = Rectangle(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    let result = Image(source).resized(cropping: box, to: numbers[4], numbers[5])
    #expect(result == Image(wanted.result))
  }

  @Test("one colour stays that colour at every size", arguments: [1, 2, 7, 33, 200], [1, 3, 16, 100])
  func plain(from: Int, to: Int) {
    let image = Image(width: from, height: 5, pixels: repeated([13, 0, 255], 5 * from))
    #expect(image.resized(to: to, 9).pixels == repeated([13, 0, 255], 9 * to))
  }

  @Test("a picture turned on its side is resized alike", arguments: [(19, 8), (19, 31), (150, 7)])
  func across(from: Int, to: Int) {
    let samples = (0..<3 * from).map { UInt8(truncatingIfNeeded: $0 * $0 * 7) }
    let row = Image(width: from, height: 1, pixels: samples).resized(to: to, 1)
    let column = Image(width: 1, height: from, pixels: samples).resized(to: 1, to)
    #expect(row.pixels == column.pixels)
  }

  @Test("the weights of each sample add up to 1", arguments: [1, 2, 3, 10, 224, 1000], [1, 2, 7, 32, 224])
  func weights(inputs: Int, outputs: Int) {
    for interpolation in Interpolation.allCases {
      let filter = ResamplingFilter(from: inputs, to: outputs, by: interpolation)
      for output in 0..<outputs {
        let weights = filter.weights[output * filter.taps..<(output + 1) * filter.taps]
        let sum = weights.reduce(0, +)
        #expect(abs(Int(sum) - 1 << ResamplingFilter.precision) <= filter.taps)
        #expect(weights.reduce(0) { $0 + Int($1.magnitude) } < 2 << ResamplingFilter.precision)
        #expect(filter.starts[output] >= 0 && Int(filter.starts[output]) + filter.taps <= inputs)
      }
    }
  }

  @Test("a window is cut out of the whole", arguments: Interpolation.allCases)
  func window(interpolation: Interpolation) throws {
    let image = Image(try #require(try Self.reference.get().images["scene"]))
    for (width, height) in [(30, 20), (45, 20), (30, 31), (45, 31), (64, 80)] {
      let whole = image.resized(cropping: image.bounds, to: width, height, by: interpolation)
      for window in [
        Rectangle(x: 3, y: 2, width: 20, height: 15), Rectangle(x: 29, y: 0, width: 1, height: 20),
        Rectangle(x: 0, y: 19, width: 30, height: 1),
      ] {
        let part = image.resized(
          cropping: image.bounds, to: width, height, by: interpolation, showing: window)
        #expect(part == whole.cropped(to: window), "\(window) of \(width)×\(height)")
      }
    }
  }

  @Test func `a box outside the picture and an empty result are programming errors`() async {
    await #expect(processExitsWith: .failure) {
      let image = Image(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 12))
      _ = image.resized(cropping: Rectangle(x: 1, y: 0, width: 2, height: 2), to: 4, 4)
    }
    await #expect(processExitsWith: .failure) {
      _ = Image(width: 2, height: 2, pixels: [UInt8](repeating: 0, count: 12)).resized(to: 0, 4)
    }
  }
}

func repeated(_ color: [UInt8], _ count: Int) -> [UInt8] { (0..<count).flatMap { _ in color } }

extension Image {
  init(_ image: ImageReference.Image) {
    self.init(width: image.width, height: image.height, pixels: Array(image.pixels))
  }
}
