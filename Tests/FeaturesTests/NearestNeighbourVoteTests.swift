import SiamFeatures
import SiamTensors
import TestSupport
import Testing

@Suite struct NearestNeighbourVoteTests {
  /// The cases of `tools/reference/knn.py`; the last number tells whether the queries are the bank.
  @Test(
    "predictions are those of scikit-learn, ties and k beyond the bank included",
    arguments: [
      ("clusters", 12, false), ("ties", 5, false), ("own", 5, true), ("few", 4, false), ("narrow", 64, false),
      ("zeros", 6, false),
    ])
  func reference(name: String, dimension: Int, own: Bool) throws {
    let file = try Safetensors(contentsOf: dataPath("reference/knn.safetensors"))
    let ks = try #require(file.values(of: "ks", as: Int64.self)).map { Int($0) }
    let temperatures = try #require(file.values(of: "temperatures", as: Double.self))
    let labels = try #require(file.values(of: "\(name).labels", as: Int64.self)).map { Int($0) }
    let expected = try #require(file.values(of: "\(name).predictions", as: Int64.self)).map { Int($0) }
    let bank = FeatureTable(vectors: try #require(file["\(name).bank"]), dimension: dimension, labels: labels)
    let queries = try #require(file["\(name).queries"])
    let count = queries.count / dimension
    // The label of each query is the prediction of the first vote, so that one accuracy is known: 1.
    let table = FeatureTable(vectors: queries, dimension: dimension, labels: Array(expected[..<count]))
    let votes = ks.flatMap { k in temperatures.map { NearestNeighbourVote(k: k, temperature: $0) } }
    let scores = try classify(table, by: bank, votes: votes, excludingSelf: own)
    #expect(scores.map(\.vote) == votes)
    #expect(scores.flatMap(\.predictions) == expected)
    #expect(scores[0].accuracy == Proportion(count, of: count))
    for (index, score) in scores.enumerated() {
      let right = zip(expected[..<count], expected[index * count..<(index + 1) * count]).count { $0 == $1 }
      #expect(score.accuracy == Proportion(right, of: count))
    }
  }

  @Test func `of equal scores the lowest class wins, and a near one outweighs two far ones when it is cold`()
    throws
  {
    let bank = FeatureTable(vectors: [1, 0, 0, 1, 0, 1, 1, 0], dimension: 2, labels: [2, 0, 0, 1])
    let query = FeatureTable(vectors: [1, 0], dimension: 2, labels: [1])
    func prediction(_ k: Int, _ temperature: Double) throws -> Int {
      try classify(query, by: bank, votes: [NearestNeighbourVote(k: k, temperature: temperature)])[0]
        .predictions[0]
    }
    #expect(try prediction(1, 0.1) == 2)
    #expect(try prediction(2, 0.1) == 1)
    #expect(try prediction(4, 0.1) == 1)
    #expect(try prediction(4, 100) == 0)
    #expect(try prediction(4, 1e-300) == 1)
  }

  @Test func `classes are matched by name, and one that the bank lacks counts as wrong`() throws {
    let bank = FeatureTable(
      vectors: [1, 0, 0, 1], dimension: 2, labels: [0, 1], classes: ["cat", "dog"])
    let queries = FeatureTable(
      vectors: [1, 0, 0, 1, 0, 1, 1, 0], dimension: 2, labels: [1, 0, 2, 0], classes: ["dog", "cat", "owl"])
    let score = try classify(queries, by: bank, votes: [NearestNeighbourVote(k: 1, temperature: 0.1)])[0]
    #expect(score.predictions == [0, 1, 1, 0])
    #expect(score.accuracy == Proportion(2, of: 4))
    #expect(score.perClass == [Proportion(1, of: 1), Proportion(1, of: 2)])
  }

  @Test func `tables without labels or rows are refused`() {
    let labelled = FeatureTable(vectors: [1, 0], dimension: 2, labels: [0])
    let bare = FeatureTable(vectors: [1, 0], dimension: 2)
    let votes = [NearestNeighbourVote(k: 1, temperature: 0.1)]
    #expect(throws: FeatureError.unlabelled("bank")) { try classify(labelled, by: bare, votes: votes) }
    #expect(throws: FeatureError.unlabelled("set of queries")) {
      try classify(bare, by: labelled, votes: votes)
    }
    #expect(throws: FeatureError.empty("set of queries")) {
      try classify(labelled.rows([]), by: labelled, votes: votes)
    }
  }

  @Test func `no votes, no neighbours and no temperature are programming errors`() async {
    await #expect(processExitsWith: .failure) { _ = NearestNeighbourVote(k: 0, temperature: 1) }
    await #expect(processExitsWith: .failure) { _ = NearestNeighbourVote(k: 1, temperature: 0) }
    await #expect(processExitsWith: .failure) {
      let table = FeatureTable(vectors: [1], dimension: 1, labels: [0])
      _ = try classify(table, by: table, votes: [])
    }
  }
}
