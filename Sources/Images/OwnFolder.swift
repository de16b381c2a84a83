import SiamFiles

/// Whether Siam itself wrote a folder: a run, or the results of an experiment. Nothing in one is an image to learn from.
///
/// - Parameter entries: the names in it.
func isOwnFolder(_ path: String, _ entries: [FolderEntry]) -> Bool {
  func has(_ name: String) -> Bool { entries.contains { $0.name == name && $0.kind == .file } }
  func holds(_ file: String, _ text: String) -> Bool {
    guard let bytes = try? readFile("\(path)/\(file)", limit: 1 << 26) else { return false }
    return String(decoding: bytes, as: UTF8.self).contains(text)
  }
  if has("config.json"), has("checkpoint.safetensors") || has("encoder.safetensors") || has("metrics.jsonl") {
    return holds("config.json", #""format" : "siam run "#)
  }
  return has("results.json") && has("results.md") && holds("results.json", #""experiment" : "#)
    && holds("results.json", #""findings" : "#)
}
