/// The path of something in the project's `data` folder, such as "reference/knn.safetensors".
package func dataPath(_ name: String) -> String {
  // This file is Tests/TestSupport/DataFolder.swift: the project is three steps up.
  #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/data/" + name
}
