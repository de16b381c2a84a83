import Glibc
import SiamAugmentations
import SiamDatasets
import SiamFiles
import SiamImages
import SiamTensors

/// One thread makes two views of images, decoded from memory each time, as `views.py` of the comparison has others do:
/// `siam-bench views ROOT [--recipe R] [--size N] [--exact-decode] [--cache FOLDER] [--json]`. Without a folder the images
/// are synthetic. With a cache they are read from it, and making it is measured too.
func benchmarkViews(_ arguments: [String], isJSON: Bool = false) {
  var (root, recipe, size): (String?, Recipe, Int) = (nil, .cifar, 32)
  var (isJSON, isExact, cache): (Bool, Bool, String?) = (isJSON, false, nil)
  var rest = arguments[...]
  while let word = rest.popFirst() {
    switch word {
    case "--recipe":
      guard let text = rest.popFirst(), let known = try? Recipe(text) else { return complain("--recipe") }
      recipe = known
    case "--size":
      guard let number = rest.popFirst().flatMap({ Int($0) }), (8...1024).contains(number) else {
        return complain("--size")
      }
      size = number
    case "--json": isJSON = true
    case "--exact-decode": isExact = true
    case "--cache":
      guard let folder = rest.popFirst() else { return complain("--cache") }
      cache = folder
    default: root = word
    }
  }
  if let root, let cache {
    do { try measureCache(of: root, in: cache, recipe, size: size, isExact, isJSON) } catch {
      print("siam-bench: \(error)")
    }
  } else if let root {
    do {
      let files = try images(in: root)
      measureViews("views/\(root)", of: files, recipe, size: size, isExact, isJSON)
    } catch { print("siam-bench: \(error)") }
  } else {
    measureViews("views/cifar", of: madeUp(32, 32, count: 100), .cifar, size: 32, isExact, isJSON)
    measureViews(
      "views/imagenet, 500x375", of: madeUp(500, 375, count: 10), .imagenet, size: 224, isExact, isJSON)
  }
}

private func complain(_ option: String) {
  print("siam-bench: views: \(option) needs a value that it understands")
}

/// The files of a folder, at most 500 spread over it.
private func images(in root: String) throws -> [[UInt8]] {
  let folder = try ImageFolder(root)
  let count = min(500, folder.entries.count)
  return try (0..<count).map { try folder.bytes(at: $0 * folder.entries.count / count) }
}

/// JPEG files of synthetic smooth noise.
private func madeUp(_ width: Int, _ height: Int, count: Int) -> [[UInt8]] {
  (0..<count).compactMap { number in
    var generator = CounterGenerator(UInt64(number))
    let coarse = Image(
      width: width / 4, height: height / 4,
      pixels: (0..<3 * (width / 4) * (height / 4)).map { _ in UInt8.random(in: 0...255, using: &generator) })
    return try? coarse.resized(to: width, height).jpegBytes(quality: 90)
  }
}

private func measureViews(
  _ name: String, of files: [[UInt8]], _ recipe: Recipe, size: Int, _ isExact: Bool, _ isJSON: Bool
) {
  var options = DecodingOptions()
  if !isExact { options.reduction = recipe.reduction(for: size) }
  let decoding = options
  var images: [Image] = []
  do { images = try files.map { try Image(bytes: $0, path: "picture", options: decoding) } } catch {
    return print("siam-bench: \(error)")
  }
  let floats = Buffer(count: 3 * size * size)
  func views(of image: Image, _ number: Int) {
    for view in 0..<2 {
      var generator = CounterGenerator(0, UInt64(number), UInt64(view))
      recipe.normalization.write(
        recipe.view(of: image, size: size, using: &generator), to: floats, at: 0)
    }
  }
  func measure(_ what: String, _ body: (Int) -> Void) {
    let seconds = perCall(files.count, body)
    print(
      isJSON
        ? "{\"name\": \"\(name), \(what)\", \"threads\": 1, \"ms\": \(1e3 * seconds), \"pictures/s\": \(1 / seconds)}"
        : "\(name), \(what)\t\(decimal(1e3 * seconds, places: 3)) ms\t\(decimal(1 / seconds, places: 1)) pictures/s and core"
    )
    fflush(nil)
  }
  measure("decode") { _ = try? Image(bytes: files[$0], path: "picture", options: decoding) }
  measure("two views") { views(of: images[$0], $0) }
  measure("decode and two views") { number in
    if let image = try? Image(bytes: files[number], path: "picture", options: decoding) {
      views(of: image, number)
    }
  }
}

/// Processor seconds per call, over at least a second of full rounds: time spent waiting does not count.
func perCall(_ count: Int, _ body: (Int) -> Void) -> Double {
  body(0)
  let start = processorSeconds()
  var (calls, seconds) = (0, 0.0)
  repeat {
    for number in 0..<count { body(number) }
    calls += count
    seconds = processorSeconds() - start
  } while seconds < 1
  return seconds / Double(calls)
}

private func processorSeconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}
