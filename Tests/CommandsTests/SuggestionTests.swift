import Testing

@testable import SiamCommands

@Suite struct SuggestionTests {
  private let names = [
    "--lr", "--batch", "--epochs", "--threads", "--output", "-o", "--overwrite", "--weight-decay", "--k",
  ]

  @Test func `without names nothing is suggested`() {
    #expect(suggestion(for: "a", among: []) == "")
  }

  @Test func `a huge word takes no time, and is near to nothing`() {
    #expect(suggestion(for: String(repeating: "a", count: 1_000_000), among: ["--k"]) == "")
  }

  @Test(
    "only a name that differs in a few letters is suggested",
    arguments: [
      ("--epoch", "--epochs"), ("--Epochs", "--epochs"), ("--weight_decay", "--weight-decay"),
      ("-epochs", "--epochs"),
      ("--bacth", "--batch"), ("--overwrit=1", "--overwrite"), ("-z", nil), ("--gigantic", nil), ("--l", nil),
    ])
  func near(word: String, name: String?) {
    #expect(suggestion(for: word, among: names) == (name.map { "; the nearest is \($0)" } ?? ""))
  }

  @Test(
    "common words of other programs are answered with ours",
    arguments: [
      ("--learning-rate", "; here it is --lr"), ("--learning_rate", "; here it is --lr"),
      ("--batch-size", "; here it is --batch"), ("--workers", "; here it is --threads"),
      ("--num_workers", "; here it is --threads"), ("--output-dir", "; here it is --output (-o)"),
      ("--gpu", "; Siam computes on the CPU, in single precision"), ("--epoch", "; the nearest is --epochs"),
      // What the command at hand does not have is not offered.
      ("--augment", ""),
    ])
  func foreign(word: String, answer: String) {
    #expect(suggestion(forOption: word, among: names) == answer)
  }

  @Test(
    "an option of theirs that is a term here is answered with the term",
    arguments: [
      ("--vflip", "; here it is --recipe with vflip(0.5) in it"),
      ("--hflip", "; here it is --recipe with flip(0.5) in it"),
      ("--rotation=20", "; here it is --recipe with rotate(15) in it"),
      ("--pretrained", "; here it is --from"),
      ("--save_period", "; here it is --keep-every"),
    ])
  func terms(word: String, answer: String) {
    #expect(suggestion(forOption: word, among: ["--recipe", "--from", "--keep-every"]) == answer)
  }

  @Test(
    "so are their commands",
    arguments: [
      ("predict", "; siam export writes features"), ("evaluate", "; siam eval judges features"),
      ("outliers", "; siam odd lists what does not belong"), ("dedup", "; siam duplicates lists copies"),
      ("trian", "; the nearest is train"), ("fit", "; siam train learns"), ("frobnicate", ""),
    ])
  func commands(word: String, answer: String) {
    #expect(suggestion(forCommand: word) == answer)
  }
}
