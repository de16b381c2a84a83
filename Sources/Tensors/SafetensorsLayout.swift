import SiamFiles

/// The header of a safetensors file to be written, and the order of its data.
struct SafetensorsLayout {
  /// All bytes before the data, including the checksum.
  private(set) var head: [UInt8]
  /// The indices of the arrays in the order of their data: large elements first, so that each is aligned to its size.
  let order: [Int]

  /// Lays out a file.
  init(_ file: Safetensors) {
    order = file.tensors.indices.sorted { left, right in
      let sizes = (file.tensors[left].element.size, file.tensors[right].element.size)
      return sizes.0 == sizes.1 ? left < right : sizes.0 > sizes.1
    }
    var (offsets, end) = ([Int](repeating: 0, count: order.count), 0)
    for index in order {
      offsets[index] = end
      end += file.tensors[index].bytes.count
    }
    let blank = String(repeating: "0", count: 16)
    var (text, digits) = (#"{"__metadata__":{"#, 0)
    let metadata = file.metadata.merging([checksumKey: blank]) { $1 }.sorted {
      $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
    }
    for (index, (key, value)) in metadata.enumerated() {
      text += "\(index == 0 ? "" : ",")\(quoted(key)):"
      if key == checksumKey { digits = 8 + text.utf8.count + 1 }
      text += quoted(value)
    }
    text += "}"
    for (entry, offset) in zip(file.tensors, offsets) {
      let range = "[\(offset),\(offset + entry.bytes.count)]"
      let shape = entry.shape.map(String.init).joined(separator: ",")
      text +=
        ",\(quoted(entry.name)):{\"dtype\":\"\(entry.element.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":\(range)}"
    }
    text += "}"
    while text.utf8.count % 8 != 0 { text += " " }
    head = (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) } + text.utf8

    var hash = FNV1a()
    hash.add(head.span)
    for index in order {
      let bytes = file.tensors[index].bytes
      hash.add(bytes.span)
    }
    head.replaceSubrange(digits..<digits + 16, with: hexadecimal(hash.value, digits: 16).utf8)
  }
}

/// A string as JSON.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case "\0"..<" ":
      result += "\\u" + hexadecimal(scalar.value, digits: 4)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return withoutHiddenInJSON(result + "\"")
}
