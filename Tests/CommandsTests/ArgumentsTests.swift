import SiamMethods
import Testing

@testable import SiamCommands

/// A command with a bit of everything.
private struct Sample: Command, Equatable {
  enum Method: String, ArgumentChoice { case simsiam, byol }

  static let name = "sample", summary = "Tries everything."
  let root: String, other: String?, output: String
  let epochs: Int, seed: UInt64, momentum: Double, width: Int?, method: Method, ks: [Int], isStrict: Bool

  init(_ arguments: inout Arguments) throws(UsageError) {
    root = try arguments.positional("ROOT", help: "a folder")
    other = arguments.optionalPositional("OTHER", help: "one more folder")
    output = try arguments.required("--output", short: "-o", value: "RUN", help: "where to write")
    epochs = try arguments.option("--epochs", short: "-e", default: 20, in: .atLeast(1), help: "passes")
    seed = try arguments.option("--seed", default: 1, help: "the random seed")
    arguments.section("Optimiser")
    momentum = try arguments.option("--momentum", default: 0.9, in: .from(0, below: 1), help: "momentum")
    width = try arguments.option("--width", otherwise: "the encoder's own", in: .atLeast(4), help: "channels")
    method = try arguments.option("--method", default: .simsiam, help: "the method")
    ks = try arguments.list("--k", default: [1, 20, 200], each: .atLeast(1), help: "neighbours")
    isStrict = arguments.flag("--strict", help: "stop at a bad picture")
  }

  func run() {}
}

@Suite struct ArgumentsTests {
  private func parse(_ line: String) throws(UsageError) -> Sample {
    try Sample.parse(line.split(separator: " ").map(String.init))
  }

  @Test func `what is not given has its default`() throws {
    let sample = try parse("pictures -o run")
    #expect(sample.root == "pictures" && sample.other == nil && sample.output == "run")
    #expect(sample.epochs == 20 && sample.seed == 1 && sample.momentum == 0.9 && sample.width == nil)
    #expect(sample.method == .simsiam && sample.ks == [1, 20, 200] && !sample.isStrict)
  }

  @Test(
    "every order and spelling gives the same values",
    arguments: [
      "pictures more -o run --epochs 3 --seed 18446744073709551615 --momentum 0 --width 8 --method byol --k 5 --strict",
      "--strict --k=5 --method=byol --width=8 --momentum=0 --seed=18446744073709551615 -e 3 --output=run pictures more",
      "--strict pictures --k 5 --method byol more --width 8 --momentum 0e0 --seed 18446744073709551615 --epochs=3 -o run",
      "-o run --epochs 3 --seed 18446744073709551615 --momentum 0 --width 8 --method byol --k 5 --strict -- pictures more",
    ])
  func spellings(line: String) throws {
    let sample = try parse(line)
    #expect(sample.root == "pictures" && sample.other == "more" && sample.output == "run")
    #expect(sample.epochs == 3 && sample.seed == .max && sample.momentum == 0 && sample.width == 8)
    #expect(sample.method == .byol && sample.ks == [5] && sample.isStrict)
  }

  @Test(
    "each mistake has its sentence",
    arguments: [
      ("-o run", "ROOT is required: a folder"),
      ("pictures", "-o RUN is required"),
      ("pictures -o run --epoch 3", "unknown option “--epoch”; the nearest is --epochs"),
      ("pictures -o run -z", "unknown option “-z”"),
      ("pictures -o run --epochs 3 --epochs 4", "--epochs is given twice"),
      ("pictures -o run --epochs 3 -e=4", "unknown option “-e=4”; the nearest is -e"),
      ("pictures -o run --epochs 3 -e 4", "--epochs is given twice"),
      ("pictures -o run --strict --strict", "--strict is given twice"),
      ("pictures -o run --strict=yes", "--strict takes no value"),
      ("pictures -o run --epochs", "--epochs needs a value"),
      ("pictures -o --strict", "-o needs a value"),
      ("pictures --output=", "--output must be non-empty text, not “”"),
      ("pictures -o run --epochs 0", "--epochs must be an integer (at least 1), not “0”"),
      ("pictures -o run --epochs -1", "--epochs must be an integer (at least 1), not “-1”"),
      ("pictures -o run --epochs 1.5", "--epochs must be an integer (at least 1), not “1.5”"),
      ("pictures -o run --seed -1", "--seed must be an integer from 0 to 2^64 - 1, not “-1”"),
      ("pictures -o run --momentum 1", "--momentum must be a number (at least 0, below 1), not “1”"),
      ("pictures -o run --momentum nan", "--momentum must be a number (at least 0, below 1), not “nan”"),
      (
        "pictures -o run --momentum 0x1p-2", "--momentum must be a number (at least 0, below 1), not “0x1p-2”"
      ),
      (
        "pictures -o run --method biol",
        "--method must be one of simsiam, byol, not “biol”; the nearest is byol"
      ),
      ("pictures -o run --k 1,,2", "--k must be an integer (at least 1), not “”"),
      ("pictures -o run --k 1,0", "--k must be an integer (at least 1), not “0”"),
      ("pictures -o run \u{1B}[31m --\u{1B}", "unknown option “--\\u{1b}”"),
    ])
  func mistakes(line: String, sentence: String) {
    #expect(throws: UsageError(sentence)) { try parse(line) }
  }

  @Test func `a word too many is an error`() {
    #expect(throws: UsageError("unexpected “b”")) { try HelpCommand.parse(["a", "b"]) }
  }

  @Test func `after two dashes, a dash is an ordinary letter`() throws {
    #expect(try parse("-o run -- -pictures --strict").other == "--strict")
  }

  @Test func `a lone dash is a positional or a value`() throws {
    let sample = try parse("- -o -")
    #expect(sample.root == "-" && sample.output == "-")
  }

  @Test func `declaring lists all that parsing knows, in order`() {
    #expect(
      Sample.declarations.options.map(\.name) == [
        "--output", "--epochs", "--seed", "--momentum", "--width", "--method", "--k", "--strict",
      ])
    #expect(Sample.declarations.positionals.map(\.name) == ["ROOT", "OTHER"])
  }

  @Test func `declaring an option twice is a programming error`() async {
    await #expect(processExitsWith: .failure) {
      var arguments = Arguments.declaring()
      _ = arguments.flag("--strict", help: "")
      _ = arguments.flag("--strict", help: "")
    }
  }

  @Test func `the help of a command shows every kind of option`() {
    #expect(
      Help.text(of: Sample.self, width: 72) == """
        siam sample: Tries everything.

        Usage: siam sample ROOT [OTHER] -o RUN [options]

          ROOT   a folder
          OTHER  one more folder

        Options
          -o, --output RUN  where to write (required)
          -e, --epochs N    passes; at least 1 [20]
              --seed N      the random seed [1]

        Optimiser
              --momentum X   momentum; at least 0, below 1 [0.9]
              --width N      channels; at least 4 [the encoder's own]
              --method NAME  the method; simsiam, byol [simsiam]
              --k N,…        neighbours; each at least 1 [1,20,200]
              --strict       stop at a bad picture
        """)
  }
}
