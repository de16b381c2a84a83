import SiamTensors
import Testing

@Suite struct CounterGeneratorTests {
  @Test func `a stream is a function of its names`() {
    var a = CounterGenerator(1, 2, 3)
    var b = CounterGenerator(1, 2, 3)
    var c = CounterGenerator(1, 3, 2)
    let draws = (0..<100).map { _ in a.next() }
    #expect(draws == (0..<100).map { _ in b.next() })
    #expect(draws != (0..<100).map { _ in c.next() })
    #expect(Set(draws).count == 100)
  }

  @Test func `bits are balanced`() {
    var generator = CounterGenerator(5)
    let ones = (0..<10_000).reduce(0) { sum, _ in sum + generator.next().nonzeroBitCount }
    // 640,000 fair bits: mean 320,000, standard deviation 400.
    #expect(abs(ones - 320_000) < 2000)
  }
}
