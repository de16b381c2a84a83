import Files
import Siam

let words = Array(CommandLine.arguments.dropFirst())
guard words.count >= 2 else {
  print("usage: NearestImages ENCODER PICTURES [COUNT]")
  exitProgram(64)
}
let encoder = try TrainedEncoder(contentsOf: words[0])
let images = try ImageStore(ImageFolder(words[1]), for: encoder.configuration)
let features = try encoder.features(of: images)
let count = words.count > 2 ? Int(words[2]) ?? 3 : 3
let nearest = try NearestNeighbours(of: features, in: features, k: max(1, count), excludingSelf: true)
for image in 0..<features.count {
  let found = (image * nearest.k..<(image + 1) * nearest.k).map { index in
    "\(name(of: features.paths[nearest.indices[index]])) \(hundredths(nearest.similarities[index]))"
  }
  print("\(name(of: features.paths[image])): \(found.joined(separator: ", "))")
}
