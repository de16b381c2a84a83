import SiamFiles
import TestSupport
import Testing

@testable import SiamCommands

/// `tools/compare` without the programs that it compares with.
@Suite struct CompareToolTests {
  private let tools = dataPath("../tools")

  private func python(_ program: String) throws -> Ended {
    let path = "import sys; sys.dont_write_bytecode = True; sys.path.insert(0, '\(tools)/compare.d')\n"
    return try run("/usr/bin/env", ["python3", "-c", path + program])
  }

  @Test func `programs take turns, and after the first round only the best peers go on`() throws {
    try withScratchFolder { folder in
      let ended = try python(
        """
        from comparing import Contestant, take_turns
        def program(name, figures):
            figures = iter(figures)
            command = ["sh", "-c", f"echo {name} >> \(folder)/order"]
            return Contestant(name, command, lambda ended: (next(figures), {}))
        broken = Contestant("broken", ["false"], lambda ended: (9.0, {}))
        peers = [program("slow", [1]), program("good", [4, 5, 6]), broken, program("better", [5, 3, 4])]
        ours, others = take_turns(program("ours", [8, 9, 7]), peers, 3, 2, True)
        print(ours.values, [(figures.contestant.name, figures.values) for figures in others])
        print(others[0].record()["median"], others[0].record()["low"], others[3].reason)
        """)
      #expect(
        ended.output == """
          [8, 9, 7] [('good', [4, 5, 6]), ('better', [5, 3, 4]), ('slow', [1]), ('broken', [])]
          5 4 Failed: exit code 1: no message

          """, "\(ended.errors)")
      let order = String(decoding: try readFile("\(folder)/order"), as: UTF8.self)
      #expect(
        order.split(separator: "\n") == [
          "ours", "slow", "good", "better", "ours", "better", "good", "ours", "good", "better",
        ])
    }
  }

  @Test func `a program's seconds and memory are its own`() throws {
    let ended = try python(
      """
      from comparing import run
      small = run(["python3", "-c", "import time; time.sleep(0.2); print('{\\"a\\": 1}'); print('end')"])
      large = run(["python3", "-c", "x = bytearray(200 << 20)"])
      print(small.json(), small.seconds >= 0.2, large.megabytes - small.megabytes > 150)
      """)
    #expect(ended.output == "{'a': 1} True True\n", "\(ended.errors)")
  }

  @Test func `rows that need pictures which are not given are left out; an unknown row is wrong use`() throws
  {
    let unknown = try run("/usr/bin/env", ["python3", "\(tools)/compare", "stepp"])
    #expect(unknown.code == 2 && unknown.errors.contains("no row stepp; there are step-16"))
    let list = try run("/usr/bin/env", ["python3", "\(tools)/compare", "--list"])
    #expect(list.code == 0)
    let rows = list.output.split(separator: "\n").compactMap { $0.split(separator: ":").first }
    #expect(Set(rows).count == rows.count && rows.contains("memory") && rows.last == "time-to-60")
  }

  @Test(
    "the table has medians, spread, ratio and what was reached",
    arguments: [
      (8.0, "**3.20**, aim (2; 3)"), (6.0, "**2.40**, must (2; 3)"), (4.0, "**1.60**, missed (2; 3)"),
    ])
  func table(median: Double, verdict: String) throws {
    let ended = try python(
      """
      from table import print_table
      figures = lambda m: {"figures": [m, m + 1, m - 1], "median": m, "low": m - 1, "high": m + 1}
      row = {"what": "a step", "unit": "pictures/s", "against": "PyTorch", "must": 2, "aim": 3,
             "siam": figures(\(median)), "peers": {"eager": figures(2.5)}, "best peer": "eager",
             "ratio": \(median) / 2.5, "% of peak": 61.4, "date": "2026-01-01", "versions": {"siam": "abc"},
             "machine": {"processor": "P", "cores": 2, "system": "S", "kernels": "plain"}}
      print_table({"rows": {"step": row}})
      """)
    let line = ended.output.split(separator: "\n").dropFirst(2).first ?? ""
    #expect(
      line == "| a step: pictures/s | \(Int(median)) (\(Int(median) - 1) to \(Int(median) + 1)) | "
        + "PyTorch, eager: 2.5 (1.5 to 3.5) | \(verdict) | 61 % |  |", "\(ended.output)\(ended.errors)")
  }
}
