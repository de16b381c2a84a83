import Glibc
import Testing

@testable import SiamCommands

@Suite struct OutputTests {
  @Test func `text arrives as it is`() {
    let text = written { output in
      output.write("a")
      output.line("é\n")
      output.line()
      #expect(output.failure == nil)
    }
    #expect(text == "aé\n\n\n")
  }

  @Test func `a full disk is remembered`() {
    let descriptor = unsafe open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    let output = Output(descriptor: descriptor)
    output.line("a")
    #expect(output.failure == "No space left on device")
  }

  @Test func `a reader that went away is no failure`() {
    Output.prepare()
    var ends: [CInt] = [0, 0]
    #expect(unsafe pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let output = Output(descriptor: ends[1])
    output.line("a")
    output.line("b")
    #expect(output.failure == nil)
  }
}
