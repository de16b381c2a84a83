import SiamDatasets
import SiamFiles
import SiamImages
import TestSupport
import Testing

@Suite struct DuplicatesTests {
  private func examined(_ image: Image, quality: Int? = nil) throws -> ExaminedImage {
    let bytes = if let quality { try image.jpegBytes(quality: quality) } else { try image.pngBytes() }
    return try ExaminedImage(bytes, path: "x", options: DecodingOptions())
  }

  /// Images of shapes and colours by chance, each unlike the others.
  private func invented(_ seed: UInt64, width: Int = 64, height: Int = 32) -> Image {
    let numbers = draws(8 * 12, seed, in: 0...1)
    var image = Image(width: width, height: height, pixels: [UInt8](repeating: 0, count: 3 * width * height))
    for y in 0..<height {
      for x in 0..<width {
        var color: [Float] = [90, 110, 130]
        for shape in 0..<12 {
          let n = numbers[8 * shape..<8 * shape + 8]
          let (dx, dy) = (
            Float(x) / Float(width) - n[n.startIndex], Float(y) / Float(height) - n[n.startIndex + 1]
          )
          let inside =
            dx * dx / (0.005 + 0.05 * n[n.startIndex + 2]) + dy * dy / (0.005 + 0.05 * n[n.startIndex + 3])
            < 1
          if inside { for channel in 0..<3 { color[channel] = 20 + 190 * n[n.startIndex + 4 + channel] } }
        }
        for channel in 0..<3 { image.pixels[3 * (y * width + x) + channel] = UInt8(color[channel]) }
      }
    }
    return image
  }

  private func mapped(_ image: Image, _ change: (Float) -> Float) -> Image {
    var result = image
    for place in image.pixels.indices {
      result.pixels[place] = UInt8(min(255, max(0, change(Float(image.pixels[place])).rounded())))
    }
    return result
  }

  private static let count = 36

  /// How many of the images are found beside their variations, for each way to vary them.
  private func found(_ ways: [(Image) throws -> ExaminedImage]) throws -> [Int] {
    let images = (0..<Self.count).map { invented(UInt64($0) + 1) }
    let originals = try images.map { try examined($0) }
    return try ways.map { vary in
      let images = try originals + images.map(vary)
      let duplicates = try Duplicates(among: images, division: images.count)
      #expect(duplicates.threshold == Duplicates.largestThreshold && duplicates.copies.isEmpty)
      // Nothing but an image and its own variation.
      #expect(duplicates.pairs.allSatisfy { $0.second == $0.first + Self.count })
      return duplicates.pairs.count
    }
  }

  @Test func `encoded again, resized, brighter, paler and tinted pictures are near duplicates`() throws {
    func tinted(_ image: Image) -> Image {
      var result = image
      for place in stride(from: 0, to: image.pixels.count, by: 3) {
        result.pixels[place] = image.pixels[place] + 30
      }
      return result
    }
    let found = try found([
      { try examined($0, quality: 75) }, { try examined($0, quality: 90) },
      { try examined($0.resized(to: 32, 16)) }, { try examined($0.resized(to: 96, 48)) },
      { try examined($0.resized(to: 32, 32)) }, { try examined(mapped($0) { $0 + 40 }) },
      { try examined(mapped($0) { 0.8 * $0 }) }, { try examined(mapped($0) { 128 + 0.6 * ($0 - 128) }) },
    ])
    #expect(found.allSatisfy { $0 == Self.count }, "\(found)")
    // Of what JPEG makes of strong colours and few pixels, not all.
    let most = try self.found([{ try examined($0, quality: 50) }, { try examined(tinted($0)) }])
    #expect(most.allSatisfy { $0 >= Self.count * 9 / 10 }, "\(most)")
  }

  @Test func `cropped by a pixel of 64 most are, by an eighth few, and mirrored none`() throws {
    func cropped(_ image: Image, _ by: Int) -> Image {
      image.cropped(to: Rectangle(x: by, y: 0, width: image.width - by, height: image.height))
    }
    let found = try found([
      { try examined(cropped($0, 1)) }, { try examined(cropped($0, 8)) },
      { try examined($0.applying(.mirrored)) },
    ])
    #expect(found[0] > Self.count * 3 / 4 && found[1] < Self.count / 8 && found[2] == 0, "\(found)")
  }

  @Test func `exact copies are grouped by pixels, and told when the files are the same too`() throws {
    let images = try [
      examined(invented(1)), examined(invented(2)), examined(invented(1)), examined(invented(3), quality: 90),
      examined(invented(2)), examined(Image(bytes: invented(3).jpegBytes(quality: 90), path: "x")),
      examined(invented(1)),
    ]
    let duplicates = try Duplicates(among: images, division: 3)
    #expect(duplicates.copies == [[0, 2, 6], [1, 4], [3, 5]] && duplicates.identicalFiles == 2)
    #expect(duplicates.pairs.isEmpty && duplicates.medianDifference == nil)
  }

  @Test func `pictures of one colour are no duplicates of each other unless they are the same`() throws {
    func flat(_ colour: UInt8) throws -> ExaminedImage {
      try examined(Image(width: 32, height: 32, pixels: [UInt8](repeating: colour, count: 3072)))
    }
    let images = try (0..<100).map { try flat(UInt8($0)) } + [flat(7)]
    let duplicates = try Duplicates(among: images, division: 50)
    #expect(duplicates.faint == 101 && duplicates.pairs.isEmpty && duplicates.copies == [[7, 100]])
  }

  @Test func `a test picture's kin in training is found however many it has among its own`() throws {
    let original = invented(5)
    let images =
      try [examined(original)]
      + (1...30).map { step in
        try examined(mapped(original) { $0 + Float(step) })
      }
    let duplicates = try Duplicates(among: images, division: 1)
    #expect(Set(duplicates.pairs.filter { $0.first == 0 }.map(\.second)) == Set(1...30))
    // Not all 435 pairs of the thirty.
    #expect(duplicates.pairs.count <= 30 + 30 * Duplicates.partners)
  }

  @Test func `on pictures that are all alike, pairs are those of a look at all, and few`() throws {
    let folder = try ImageFolder(dataPath("fashion-mini/test"))
    let images = try (0..<250).map { try folder.examined(at: 4 * $0) }
    let duplicates = try Duplicates(among: images, division: 100)
    let median = try #require(duplicates.medianDifference)
    #expect(duplicates.threshold == min(0.03, max(0.004, 0.1 * median)) && duplicates.threshold < 0.015)
    var expected: [[Int]] = []
    for a in images.indices {
      for b in a + 1..<images.count {
        let difference = images[a].sketch.difference(from: images[b].sketch)
        if difference <= duplicates.threshold { expected.append([a, b]) }
      }
    }
    #expect(Set(duplicates.pairs.map { [$0.first, $0.second] }) == Set(expected))
    #expect(!expected.isEmpty && expected.count <= 10, "\(expected.count)")
    #expect(duplicates.pairs == duplicates.pairs.sorted { $0.difference < $1.difference })
  }

  @Test func `groups have the best picture first, and hold only what is like it`() throws {
    let pictures = (1...4).map { invented(UInt64($0)) }
    let images = try [
      examined(pictures[0].resized(to: 32, 16)), examined(pictures[0]), examined(pictures[0], quality: 90),
      examined(pictures[1]), examined(pictures[1]), examined(pictures[2]), examined(pictures[3]),
      examined(pictures[3].resized(to: 128, 64)),
    ]
    let duplicates = try Duplicates(among: images, division: images.count)
    let groups = DuplicateGroups(duplicates, of: images, labels: [0, 0, 0, 1, 2, 1, 1, 1]).groups
    try #require(groups.count == 3)
    // In two classes, so first.
    #expect(groups[0].isTorn && groups[0].isExact && groups[0].members.map(\.image) == [3, 4])
    #expect(groups[0].members.map(\.likeness) == [.best, .sameFile])
    // Of the two with the most pixels, the larger file.
    let best = images[1].bytes > images[2].bytes ? 1 : 2
    #expect(!groups[1].isTorn && !groups[1].isExact && groups[1].members[0].image == best)
    #expect(Set(groups[1].members.map(\.image)) == [0, 1, 2])
    #expect(groups[2].members.map(\.image) == [7, 6])
    #expect(
      DuplicateGroups(duplicates.exact, of: images, labels: images.map { _ in nil }).groups.map(
        \.members.count) == [2])
  }

  @Test func `of a chain of pictures, each like the next, nobody is in a group with one it is not like`()
    throws
  {
    // Each step mixes in a little more of another picture.
    let (a, b) = (invented(1), invented(2))
    let images = try (0..<12).map { step in
      var mixed = a
      for place in mixed.pixels.indices {
        let share = Double(step) * 0.06
        mixed.pixels[place] = UInt8(
          (Double(a.pixels[place]) * (1 - share) + Double(b.pixels[place]) * share).rounded())
      }
      return try examined(mixed)
    }
    let duplicates = try Duplicates(among: images, division: images.count)
    let groups = DuplicateGroups(duplicates, of: images, labels: images.map { _ in nil }).groups
    #expect(groups.count > 1)
    for group in groups {
      for (image, _) in group.members {
        let difference = images[image].sketch.difference(from: images[group.members[0].image].sketch)
        #expect(difference <= duplicates.threshold)
      }
    }
    #expect(
      Set(groups.flatMap { $0.members.map(\.image) }).count == groups.reduce(0) { $0 + $1.members.count })
  }
}
