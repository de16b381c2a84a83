import Glibc

@testable import SiamCommands

/// What a body writes to an output, through a pipe; at most the pipe's 64 KB.
func written(_ body: (Output) -> Void) -> String {
  var ends: [CInt] = [0, 0]
  guard unsafe pipe(&ends) == 0 else { return "no pipe" }
  body(Output(descriptor: ends[1]))
  close(ends[1])
  defer { close(ends[0]) }
  var text: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe read(ends[0], &block, block.count)
    guard count > 0 else { break }
    text += block[..<count]
  }
  return String(decoding: text, as: UTF8.self)
}
