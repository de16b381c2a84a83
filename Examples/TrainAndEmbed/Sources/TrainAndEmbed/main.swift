import Files
import Siam

let words = CommandLine.arguments.dropFirst()
guard let root = words.first, let out = words.dropFirst().first else {
  print("usage: TrainAndEmbed PICTURES OUT [EPOCHS]")
  exitProgram(64)
}
let (encoder, features) = try trainAndEmbed(root, epochs: words.dropFirst(2).first.flatMap { Int($0) } ?? 10)
try makeFolder(out)
try encoder.write(to: out + "/encoder.safetensors")
try FeatureFiles(out + "/features.npy").write(features)
print("\(out): \(features.count) vectors of \(features.dimension) numbers, and their encoder")
