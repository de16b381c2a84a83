import Foundation
import SiamFeatures
import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

@Suite struct ExportCommandTests {
  private func withRun(_ body: (_ run: String, _ root: String, _ scratch: String) throws -> Void) throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 5)
      try #require(
        try siam(["train", root, "-o", run, "--epochs", "1"] + TrainCommandTests.small).code == 0)
      try body(run, root, scratch)
    }
  }

  private func lines(_ path: String) throws -> [String] {
    String(decoding: try readFile(path), as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
  }

  @Test func `rows, paths and labels agree, in every format`() throws {
    try withRun { run, root, scratch in
      for (format, words, dimension) in [
        ("npy", [], 14), ("csv", ["--read-out", "map"], 128), ("safetensors", ["--untrained"], 14),
        ("npy", ["--read-out", "average", "--overwrite"], 32),
        ("npy", ["--read-out", "map", "--map", "1", "--overwrite"], 32),
      ] {
        let path = "\(scratch)/f-\(format).\(format)"
        let ended = try siam(["export", run, root, "-o", path] + words)
        #expect(ended.code == 0 && ended.errors.isEmpty, "\(ended.errors)")
        #expect(ended.output.hasPrefix("\(path): 15 x \(dimension), "))
        let stem = "\(scratch)/f-\(format)"
        let paths = try lines(stem + ".paths.txt")
        #expect(paths.count == 15 && paths[0].hasPrefix("bag/") && paths[14].hasPrefix("trouser/"))
        #expect(try lines(stem + ".labels.txt") == paths.map { String($0.prefix { $0 != "/" }) })
        switch format {
        case "npy":
          let bytes = try readFile(path)
          let header = String(decoding: bytes[10..<128], as: UTF8.self)
          #expect(header.contains("'<f4'") && header.contains("(15, \(dimension))"))
          #expect(bytes.count == 128 + 4 * 15 * dimension)
        case "csv":
          let rows = try lines(path)
          #expect(rows.count == 16)
          #expect(rows.allSatisfy { $0.split(separator: ",").count == dimension + 2 })
          #expect(rows[1].hasPrefix("\(paths[0]),bag,"))
        default: #expect(try readFile(path).count > 4 * 15 * dimension)
        }
      }
    }
  }

  @Test func `parts exported apart come from one untrained encoder, which is named`() throws {
    try withRun { run, root, scratch in
      // Other pictures than those of the run, which would give other statistics.
      try copyImages(to: "\(scratch)/other", each: 2)
      func rows(_ root: String, _ words: [String] = []) throws -> [String] {
        let ended = try siam(
          [
            "export", run, root, "-o", "\(scratch)/u.csv", "--untrained", "--read-out", "average",
            "--overwrite",
          ] + words)
        #expect(ended.code == 0 && ended.output.contains("its statistics measured on "), "\(ended.errors)")
        return try lines("\(scratch)/u.csv")
      }
      let (whole, part) = (try rows(root), try rows("\(scratch)/other"))
      // The same pictures have the same vectors, whatever folder they are exported with.
      #expect(part.count == 7 && part.allSatisfy(whole.contains))
      let apart = try rows("\(scratch)/other", ["--calibrate-on", "\(scratch)/other"])
      #expect(apart != part && apart.map { $0.prefix { $0 != "," } } == part.map { $0.prefix { $0 != "," } })

      let alone = "\(scratch)/alone.safetensors"
      try writeFile(alone, readFile("\(run)/encoder.safetensors"))
      let unknown = try siam(["export", alone, root, "-o", "\(scratch)/v.npy", "--untrained"])
      #expect(unknown.code == 64 && unknown.errors.contains("--calibrate-on ROOT is required"))
      let unused = try siam(["export", run, root, "-o", "\(scratch)/v.npy", "--calibrate-on", root])
      #expect(unused.code == 64 && unused.errors.contains("needs --untrained"))
    }
  }

  @Test func `nothing is overwritten, and a flat folder removes labels that would be wrong`() throws {
    try withRun { run, root, scratch in
      let words = ["export", run, root, "-o", "\(scratch)/f.npy"]
      #expect(try siam(words).code == 0)
      let before = try ["npy", "paths.txt", "labels.txt"].map { try readFile("\(scratch)/f.\($0)") }
      let refused = try siam(words)
      #expect(refused.code == 73 && refused.errors.contains("f.npy: exists already; --overwrite replaces it"))
      // Labels alone stand in the way too.
      try removeFile("\(scratch)/f.npy")
      try removeFile("\(scratch)/f.paths.txt")
      #expect(try siam(words).code == 73)
      #expect(try readFile("\(scratch)/f.labels.txt") == before[2])
      #expect(try siam(words + ["--overwrite"]).code == 0)
      #expect(try readFile("\(scratch)/f.npy") == before[0])
      try copyImages(to: "\(scratch)/flat", classes: [], each: 3)
      let flat = try siam(["export", run, "\(scratch)/flat", "-o", "\(scratch)/f.npy", "--overwrite"])
      #expect(flat.code == 0 && flat.output.contains(": 3 x 14, "))
      #expect(try !fileExists("\(scratch)/f.labels.txt"))
    }
  }

  @Test func `pictures are read as in the run's training, unless something else is said`() throws {
    try withScratchFolder { scratch in
      let (root, run) = ("\(scratch)/in", "\(scratch)/run")
      try copyImages(to: root, each: 5)
      for name in ["exif6.jpg", "grey16.png"] {
        try writeFile("\(root)/bag/\(name)", try readFile(dataPath("reference/pictures/\(name)")))
      }
      let words = ["train", root, "-o", run, "--epochs", "1", "--turn", "--grey16", "clip"]
      try #require(try siam(words + TrainCommandTests.small).code == 0)
      func features(_ run: String, _ words: [String]) throws -> [UInt8] {
        let ended = try siam(["export", run, root, "-o", "\(scratch)/f.npy", "--overwrite"] + words)
        #expect(ended.code == 0, "\(ended.errors)")
        return try readFile("\(scratch)/f.npy")
      }
      let asTrained = try features(run, [])
      #expect(try features(run, ["--turn", "--grey16", "clip"]) == asTrained)
      #expect(try features(run, ["--grey16", "high"]) != asTrained)
      // The encoder's file alone does not know.
      let encoder = "\(run)/encoder.safetensors"
      #expect(try features(encoder, ["--turn", "--grey16", "clip"]) == asTrained)
      #expect(try features(encoder, ["--grey16", "clip"]) != asTrained)
      let eval = ["eval", run, "--train", root, "--json"]
      #expect(try siam(eval) == siam(eval + ["--turn", "--grey16", "clip"]))
    }
  }

  @Test func `an interruption leaves no file, whole or half`() throws {
    try withRun { _, root, scratch in
      let run = "\(scratch)/slow"
      try #require(try siam(["train", root, "-o", run, "--epochs", "1", "--batch", "10"]).code == 0)
      try makeFolder("\(scratch)/out")
      let start = Date()
      let ended = try siam(
        ["export", run, dataPath("fashion-mini/train"), "-o", "\(scratch)/out/f.npy"],
        signal: (SIGTERM, { Date().timeIntervalSince(start) > 0.3 }))
      #expect(ended == Ended(output: "", errors: "siam export: terminated by signal 15\n", code: 143))
      #expect(names(in: "\(scratch)/out").isEmpty)
    }
  }

  @Test func `an unknown format is wrong use, a missing folder to write to is told`() throws {
    try withRun { run, root, scratch in
      let format = try siam(["export", run, root, "-o", "\(scratch)/f.txt"])
      #expect(format.code == 64 && format.errors.contains(".npy, .csv, .safetensors"))
      let folder = try siam(["export", run, root, "-o", "\(scratch)/none/f.npy"])
      #expect(folder.code == 73 && folder.errors.filter { $0 == "\n" }.count == 1)
      #expect(folder.errors.hasPrefix("siam export: \(scratch)/none/f.npy: cannot create: No such file"))
      let file = try siam(["export", run, root, "-o", "\(run)/config.json/f.npy"])
      #expect(file.code == 73 && file.errors.contains("/f.npy: cannot create: Not a directory"))
    }
  }

  @Test func `components and lengths are those that were asked for, and the components stay beside`() throws {
    try withRun { run, root, scratch in
      let path = "\(scratch)/f.npy"
      let made = try siam([
        "export", run, root, "-o", path, "--read-out", "average", "--pca", "3", "--normalize",
      ])
      #expect(made.code == 0 && made.output.contains(": 15 x 3, average of the trained encoder, 3 principal"))
      #expect(made.output.contains("f.npy.pca.safetensors"))
      let (values, columns) = try readNumPy(path)
      for row in 0..<15 {
        let length = values[row * columns..<(row + 1) * columns].reduce(0) { $0 + $1 * $1 }
        #expect(abs(length - 1) < 1e-5)
      }
      // The same pictures, named, give the same components; another export without any removes them.
      let named = ["export", run, root, "-o", path, "--read-out", "average", "--overwrite"]
      #expect(try siam(named + ["--pca", "3", "--normalize", "--pca-on", root]).code == 0)
      #expect(try readNumPy(path).values == values)
      #expect(try siam(named).code == 0)
      #expect(try !fileExists(path + ".pca.safetensors"))
      for (words, reason) in [
        (["--pca", "15"], "15 vectors of 32 numbers have at most 14 components"),
        (["--pca-on", root], "--pca-on needs --pca"),
      ] {
        let refused = try siam(named + words)
        #expect(refused.code == 64 && refused.errors.contains(reason), "\(refused.errors)")
      }
      #expect(try readNumPy(path).columns == 32)
    }
  }

  @Test func `a second format goes beside the first, unless its pictures are others`() throws {
    try withRun { run, root, scratch in
      #expect(try siam(["export", run, root, "-o", "\(scratch)/f.npy"]).code == 0)
      for format in ["csv", "npz"] {
        let second = try siam(["export", run, root, "-o", "\(scratch)/f.\(format)", "--dtype", "float16"])
        #expect(second.code == 0 && second.output.contains("trained encoder, float16\n"), "\(second.errors)")
      }
      let paths = try readFile("\(scratch)/f.paths.txt")
      let words = ["export", run, "\(root)/bag", "-o", "\(scratch)/f.csv", "--overwrite"]
      let others = try siam(words)
      #expect(
        others.code == 73 && others.errors.contains("f.npy, which has other pictures; choose another name"))
      #expect(try readFile("\(scratch)/f.paths.txt") == paths)
    }
  }

  @Test func `a network is written as a model, alone or with features; patch features are none`() throws {
    try withRun { run, root, scratch in
      let alone = try siam(["export", run, "--onnx", "\(scratch)/a.onnx"])
      #expect(alone.code == 0 && alone.output.hasSuffix("(N, 3, 16, 16), bytes / 255, to features (N, 32)\n"))
      let both = try siam(["export", run, root, "-o", "\(scratch)/f.npy", "--onnx", "\(scratch)/b.onnx"])
      #expect(both.code == 0 && both.output.contains("f.npy: 15 x 14"))
      #expect(try readFile("\(scratch)/a.onnx") == readFile("\(scratch)/b.onnx"))
      // IR version 8, and the program that made it.
      #expect(try readFile("\(scratch)/a.onnx").starts(with: [0x08, 8, 0x12, 4] + Array("siam".utf8)))
      for (words, code, reason) in [
        (["--onnx", "\(scratch)/a.onnx"], 73, "a.onnx: exists already"),
        (["--onnx", "\(scratch)/a.pb"], 64, "must end in .onnx"),
        ([root, "--onnx", "\(scratch)/c.onnx"], 64, "ROOT needs -o FILE"),
        (["-o", "\(scratch)/c.npy"], 64, "ROOT is required"), ([], 64, "-o FILE is required"),
        (
          [root, "-o", "\(scratch)/c.npy", "--onnx", "\(scratch)/c.onnx", "--untrained"], 64,
          "trained encoder"
        ),
      ] {
        let refused = try siam(["export", run] + words)
        #expect(refused.code == code && refused.errors.contains(reason), "\(refused.errors)")
      }
      let patches = "\(scratch)/patches"
      try #require(try siam(["train", root, "-o", patches, "--size", "16", "--no-report"]).code == 0)
      let none = try siam(["export", patches, "--onnx", "\(scratch)/c.onnx"])
      #expect(none.code == 64 && none.errors.contains("--onnx is for networks"), "\(none.errors)")
      #expect(try !fileExists("\(scratch)/c.onnx"))
    }
  }
}
