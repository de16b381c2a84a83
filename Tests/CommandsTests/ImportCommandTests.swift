import SiamFiles
import SiamTensors
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct ImportCommandTests {
  @Test(
    "a wrong use is one line",
    arguments: [
      (["import"], "FILE is required"),
      (["import", "w.safetensors"], "-o FILE is required"),
      (["import", "w.safetensors", "-o", "e", "--as", "resnet19"], "--as must be one of resnet18"),
      (["import", "w.safetensors", "-o", "e", "--mean", "1,2"], "three numbers with commas between them"),
      (["import", "w.safetensors", "-o", "e", "--std", "1,0,1"], "--std must be three numbers above 0"),
      (["import", "w.safetensors", "-o", "e", "--filter", "cubic"], "bilinear, bicubic"),
      (["import", "w.safetensors", "-o", "e", "--resize", "200"], "less than the square of 224"),
      (
        ["import", "w.safetensors", "-o", "e", "--size", "300", "--resize", "256"],
        "less than the square of 300"
      ),
    ])
  func refused(words: [String], message: String) throws {
    let ended = try siam(words)
    #expect(ended.code == 64 && ended.errors.contains(message), "\(ended)")
    #expect(ended.errors.split(separator: "\n").count == 1)
  }

  @Test func `a file of another network is refused, and nothing is written`() throws {
    try withScratchFolder { scratch in
      let (path, output) = ("\(scratch)/weights.safetensors", "\(scratch)/encoder.safetensors")
      var file = Safetensors()
      file.add("visual.patch\u{1B}", [2], [Float(1), 2])
      try file.write(to: path)
      let ended = try siam(["import", path, "-o", output])
      #expect(
        ended.code == 64 && ended.errors.contains(#"its first array is visual.patch\u{1b}"#), "\(ended)")
      #expect(try !fileExists(output))
      let missing = try siam(["import", "\(scratch)/none", "-o", output])
      #expect(missing.code == 66 && missing.errors.split(separator: "\n").count == 1)
    }
  }
}
