import SiamNeuralNetworks
import SiamTensors
import TestSupport
import Testing

@Suite struct ParametersTests {
  @Test func `ranges follow one another in the order they are claimed`() {
    var layout = ParameterLayout()
    #expect(layout.count == 0 && layout.statisticsCount == 0)
    #expect(layout.claim("a", [2, 3], .weight(fanIn: 2)) == 0..<6)
    #expect(layout.claim("b", [4], .shift) == 6..<10)
    #expect(layout.claimStatistic("m", count: 4, initially: 0) == 0..<4)
    #expect(layout.claimStatistic("v", count: 4, initially: 1) == 4..<8)
    #expect(layout.count == 10 && layout.statisticsCount == 8)
    #expect(layout.entries.map(\.name) == ["a", "b"])
    #expect(layout.entries.map(\.shape) == [[2, 3], [4]])
  }

  @Test func `statistics start where they are told, gradients at 0`() {
    var layout = ParameterLayout()
    _ = layout.claim("a", [2], .shift)
    _ = layout.claimStatistic("m", count: 2, initially: 0)
    _ = layout.claimStatistic("v", count: 2, initially: 1)
    let parameters = Parameters(layout, initializer: .he, seed: 1)
    #expect(parameters.statistics.values == [0, 0, 1, 1])
    #expect(parameters.gradients.values == [0, 0])
  }

  @Test func `a copy is a second network`() {
    var layout = ParameterLayout()
    let linear = Linear(3, 2, bias: true, named: "linear", in: &layout)
    let norm = BatchNorm(2, named: "norm", in: &layout)
    var student = Parameters(wild: layout)
    let teacher = student
    let (values, statistics) = (student.values.values, student.statistics.values)
    let y = Sequential([linear, norm]).forward(randomTensor([4, 3], 1), &student, .training)
    _ = y.backward(randomTensor([4, 2], 2), &student)
    var optimizer = SGD(weightDecay: 0.1, count: layout.count)
    optimizer.step(&student, 0..<layout.count, rate: 0.1)
    #expect(student.values.values != values && student.statistics.values != statistics)
    #expect(teacher.values.values == values && teacher.statistics.values == statistics)
    #expect(teacher.gradients.values.allSatisfy { $0 == 0 })
    student.clearGradients()
    #expect(student.gradients.values.allSatisfy { $0 == 0 })
  }
}
