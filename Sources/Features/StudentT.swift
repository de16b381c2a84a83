import Glibc

/// The probability that Student's t with so many degrees of freedom lies at least as far from 0 as `t`, on either side.
///
/// Source: Abramowitz and Stegun (1964), 26.5.27: it is the regularised incomplete beta function of ν/2 and 1/2 at
/// ν / (ν + t²).
package func studentTail(_ t: Double, degrees n: Double) -> Double {
  precondition(n > 0, "\(n) degrees of freedom")
  guard t.isFinite else { return t.isNaN ? .nan : 0 }
  return regularizedBeta(n / (n + t * t), n / 2, 0.5)
}

/// The t beyond which `tail` of the probability lies, both sides together: 2.776 for 0.05 and 4 degrees of freedom.
package func studentQuantile(tail: Double = 0.05, degrees: Double) -> Double {
  var (low, high) = (0.0, 1.0)
  while studentTail(high, degrees: degrees) > tail { high *= 2 }
  for _ in 0..<80 {
    let middle = (low + high) / 2
    if studentTail(middle, degrees: degrees) > tail { low = middle } else { high = middle }
  }
  return high
}

/// I_x(a, b), by the continued fraction of Lentz. Source: DLMF 8.17.22.
private func regularizedBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  guard x > 0 else { return 0 }
  guard x < 1 else { return 1 }
  // The fraction converges fast on this side of the mean.
  if x > (a + 1) / (a + b + 2) { return 1 - regularizedBeta(1 - x, b, a) }
  let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
  let tiny = 1e-300
  var (c, d) = (1.0, 0.0)
  var fraction = 1.0
  for index in 0..<500 {
    let m = Double(index / 2)
    let numerator =
      index == 0
      ? 1
      : index % 2 == 0
        ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + numerator * d
    d = 1 / (abs(d) < tiny ? tiny : d)
    c = 1 + numerator / c
    if abs(c) < tiny { c = tiny }
    fraction *= c * d
    if abs(1 - c * d) < 1e-15 { break }
  }
  return front * (fraction - 1)
}
