import SiamAugmentations
import SiamImages
import SiamTensors

/// A few pictures from all over a folder, to show them or to choose settings by.
struct PictureSample {
  /// The pictures with their places in the folder, in its order.
  let pictures: [(index: Int, side: Int, isGrey: Bool)]
  /// Those that were tried and could not be read.
  let bad: BadPictures

  /// Takes one picture by chance out of each of `count` equal stretches of the folder, so that every class of a
  /// balanced folder is met; where it cannot be read, the next one of the stretch.
  ///
  /// - Throws: `ImageError` if the options are strict; `TooManyBadPictures` if none can be read, or too few.
  init(of folder: ImageFolder, count: Int, seed: UInt64, options: PictureOptions) throws {
    precondition(count > 0, "a sample of \(count) pictures")
    let total = folder.entries.count
    let stretches = min(count, total)
    var generator = CounterGenerator(seed, Self.stream)
    var decoding = options.decoding
    if !options.isExact {
      decoding.reduction = Reduction(pixels: Self.largestSize * Self.largestSize, side: Self.largestSize)
    }
    var pictures: [(index: Int, side: Int, isGrey: Bool)] = []
    var bad = BadPictures()
    var tried = 0
    for stretch in 0..<stretches {
      let (start, end) = (stretch * total / stretches, (stretch + 1) * total / stretches)
      let first = Int(generator.next() % UInt64(end - start))
      for step in 0..<end - start {
        let index = start + (first + step) % (end - start)
        tried += 1
        do throws(ImageError) {
          let image = try folder.image(at: index, options: decoding)
          pictures.append((index, min(image.width, image.height), image.isGrey))
          break
        } catch {
          try options.skip(error, in: &bad)
        }
      }
    }
    try bad.check(total: tried, maximumShare: 1)
    (self.pictures, self.bad) = (pictures, bad)
  }

  /// The largest side of a view that suits by itself. No picture is reduced below it, so that reducing changes no choice.
  private static let largestSize = 224
  /// Names the choice of pictures beside the other uses of a seed.
  private static let stream: UInt64 = 0x5A4D_504C_45

  /// Whether no picture has any colour.
  var isGrey: Bool { pictures.allSatisfy(\.isGrey) }

  /// The side of a view that suits the pictures: the median of their shorter sides, up to the next multiple of 16,
  /// from 32 to 224.
  var usualSize: Int {
    let sides = pictures.map(\.side).sorted()
    return min(Self.largestSize, max(32, (sides[sides.count / 2] + 15) / 16 * 16))
  }

  /// The name of the recipe that suits the pictures at that size.
  func usualRecipe(size: Int) -> String { isGrey ? "grey" : size <= 64 ? "cifar" : "imagenet" }
}

extension Image {
  /// Whether the three channels are equal everywhere.
  fileprivate var isGrey: Bool {
    for start in stride(from: 0, to: pixels.count, by: 3) {
      let (red, green, blue) = (pixels[start], pixels[start + 1], pixels[start + 2])
      if red != green || red != blue { return false }
    }
    return true
  }
}
