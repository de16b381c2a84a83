import SiamFiles
import Testing

@Suite struct PrintableTests {
  @Test(
    "what hides or acts is spelled out",
    arguments: [
      ("cat.png", "cat.png"), ("Grün 猫 é.png", "Grün 猫 é.png"), ("", ""),
      ("a\nb", #"a\u{a}b"#), ("a\r\nb", #"a\u{d}\u{a}b"#), ("\u{1b}[31mred", #"\u{1b}[31mred"#),
      ("\u{0}", #"\u{0}"#), ("\u{7f}\u{9b}", #"\u{7f}\u{9b}"#),
      ("x\u{202e}gnp.exe", #"x\u{202e}gnp.exe"#), ("\u{2066}y\u{2069}", #"\u{2066}y\u{2069}"#),
      ("a\u{200b}b\u{feff}", #"a\u{200b}b\u{feff}"#), ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
      ("\u{3164}\u{34f}", #"\u{3164}\u{34f}"#), ("\u{e000}", #"\u{e000}"#), (#"a\u{a}b"#, #"a\\u{a}b"#),
    ])
  func escapes(name: String, shown: String) {
    #expect(printable(name) == shown)
    #expect(printable([UInt8](name.utf8)) == shown)
    #expect(unescaped(shown) == name)
  }

  @Test(
    "bytes that are not UTF-8 are spelled out, and nothing around them is lost",
    arguments: [
      ([0x61, 0xFF, 0x62], #"a\x{ff}b"#), ([0xC3], #"\x{c3}"#), ([0xC3, 0x28], #"\x{c3}("#),
      ([0xE2, 0x82, 0x61], #"\x{e2}\x{82}a"#), ([0xED, 0xA0, 0x80], #"\x{ed}\x{a0}\x{80}"#),
      ([0xC0, 0xAF], #"\x{c0}\x{af}"#), ([0xC3, 0xA9, 0x80], #"é\x{80}"#),
    ])
  func invalid(bytes: [UInt8], shown: String) {
    #expect(printable(bytes) == shown)
    #expect(unescaped(shown).map { pathBytes($0) } == bytes)
  }

  @Test(
    "a name whose blanks would not be seen is shown in quotation marks",
    arguments: [
      ("cat", "cat"), ("cat ", "“cat ”"), (" cat", "“ cat”"), ("black cat", "black cat"), (" ", "“ ”"),
      ("", "“”"),
      ("cat\n", #"cat\u{a}"#), ("\u{1b} ", #"“\u{1b} ”"#),
    ])
  func quoted(name: String, shown: String) { #expect(shownName(name) == shown) }

  @Test(
    "what no name is escaped to has no name",
    arguments: [#"\"#, #"\u{}"#, #"\u{zz}"#, #"\x{7f}"#, #"\x{100}"#, #"\n"#, #"\u{d800}"#, #"\u{1b"#])
  func notEscaped(text: String) { #expect(unescaped(text) == nil) }

  @Test func `sentences keep their backslashes, and JSON its meaning`() {
    #expect(withoutHidden("a\\u{1b}\u{1B}\u{2067}é") == "a\\u{1b}\\u{1b}\\u{2067}é")
    #expect(
      withoutHiddenInJSON("{\n  \"\u{202E}\u{E0041}é\\n\u{7F}\" : 1\n}")
        == "{\n  \"\\u202e\\udb40\\udc41é\\n\\u007f\" : 1\n}")
  }
}
