import Glibc

/// Which of some queries were classified correctly, in the queries' order.
package struct Answers: Sendable, Equatable {
  package let right: [Bool]

  package init(_ right: [Bool]) { self.right = right }

  package var proportion: Proportion { Proportion(right.count(where: \.self), of: right.count) }
}

/// As a text of 0 and 1, a digit for each query.
extension Answers: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard text.utf8.allSatisfy({ $0 == 0x30 || $0 == 0x31 }) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "answers are digits 0 and 1"))
    }
    right = text.utf8.map { $0 == 0x31 }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(decoding: right.map { $0 ? 0x31 : 0x30 }, as: UTF8.self))
  }
}

/// Two ways to classify the same queries: one less the other.
package struct PairedProportion: Sendable, Equatable {
  /// Queries that both classify correctly, only the first, only the second, and neither.
  package let both, gained, lost, neither: Int

  /// - Precondition: as many answers on both sides, at least one.
  package init(_ first: Answers, minus second: Answers) {
    precondition(first.right.count == second.right.count && !first.right.isEmpty, "answers to other queries")
    var counts = [0, 0, 0, 0]
    for (a, b) in zip(first.right, second.right) { counts[(a ? 0 : 2) + (b ? 0 : 1)] += 1 }
    (both, gained, lost, neither) = (counts[0], counts[1], counts[2], counts[3])
  }

  package var total: Int { both + gained + lost + neither }
  /// −1...1.
  package var difference: Double { Double(gained - lost) / Double(total) }

  /// The interval of 95 % over the queries, which never leaves −1...1.
  ///
  /// Source: Newcombe (1998), "Improved confidence intervals for the difference between binomial proportions based on
  /// paired data", method 10: Wilson's intervals of both shares, joined by their correlation, with a correction for continuity.
  package var interval: ClosedRange<Double> {
    let (first, second) = (Proportion(both + gained, of: total), Proportion(both + lost, of: total))
    let (a, b, c, d) = (Double(both), Double(gained), Double(lost), Double(neither))
    let size = (a + b) * (c + d) * (a + c) * (b + d)
    var product = a * d - b * c
    if product > 0 { product = max(0, product - Double(total) / 2) }
    let phi = size > 0 ? product / size.squareRoot() : 0
    func half(_ x: Double, _ y: Double) -> Double { max(0, x * x - 2 * phi * x * y + y * y).squareRoot() }
    let low = half(
      first.value - first.interval.lowerBound, second.interval.upperBound - second.value)
    let high = half(
      first.interval.upperBound - first.value, second.value - second.interval.lowerBound)
    return max(-1, difference - low)...min(1, difference + high)
  }

  /// McNemar's exact probability, two-sided, that the queries on which both differ split as unevenly by chance.
  ///
  /// Source: McNemar (1947); the binomial test of `gained` among those that differ.
  package var significance: Double {
    let (n, few) = (gained + lost, min(gained, lost))
    /// The logarithm of the chance of k of n.
    func logChance(_ k: Int) -> Double {
      let ways = lgamma(Double(n + 1)) - lgamma(Double(k + 1)) - lgamma(Double(n - k + 1))
      return ways - Double(n) * log(2)
    }
    return min(1, 2 * (0...few).reduce(0) { $0 + exp(logChance($1)) })
  }
}
