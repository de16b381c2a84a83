import SiamDatasets
import SiamFeatures
import SiamFigures
import SiamImages
import SiamMethods
import TestSupport
import Testing

@testable import SiamLaboratory

/// Every experiment on images at a size that shows that its parts fit; its numbers need more.
@Suite(.serialized) struct ExperimentsTests {
  private static func testbed() throws -> (Conditions, Testbed) {
    let folder = try makeScratchFolder()
    defer { removeScratchFolder(folder) }
    try copyImages(to: folder, each: 24)
    // Everything is kept in memory: the folder is gone when the store is used.
    let images = LaboratoryImages(train: try ImageStore(try ImageFolder(folder)))
    return (
      Conditions(isQuick: true, seedCount: 2, epochs: 2, images: images),
      try Testbed(images, atMost: (40, 12))
    )
  }

  /// What holds for any report.
  private func check(_ report: Report) throws {
    #expect(!report.findings.isEmpty && !report.figures.isEmpty && report.seeds == [0, 1])
    for finding in report.findings {
      #expect(!finding.measured.contains("nan") && !finding.measured.contains("?"), "\(finding.measured)")
    }
    for figure in report.figures {
      #expect(figure.svg.hasSuffix("</svg>\n") && !figure.svg.contains("NaN") && !figure.svg.contains("nan"))
      #expect(
        figure.panels.allSatisfy { panel in panel.series.contains { !$0.points.isEmpty } }, "\(figure.name)")
    }
    #expect(report.json().contains("\"form\" : \"quick\""))
  }

  @Test func `prior: an encoder of zeros knows nothing, raw pixels something`() throws {
    let (conditions, testbed) = try Self.testbed()
    let report = try PriorExperiment().run(
      conditions, testbed, extent: PriorExperiment.Extent(widths: [2, 4], width: 4, epochs: 1))
    try check(report)
    let results = try #require(report.results as? PriorExperiment.Results)
    #expect(results.rows.count == 11 && results.chance == 1.0 / 3)
    let zero = try #require(results.rows.first { $0.initializer == "zero" })
    // All features alike: every query gets the same class.
    #expect(Set(zero.accuracies[0]).count == 1 && zero.accuracies[0][0] < 0.6)
    #expect(results.rawPixels > 0.5)
  }

  @Test func `collapse: each variant is another training`() throws {
    let (conditions, testbed) = try Self.testbed()
    var extent = CollapseExperiment.Extent(width: 2, epochs: 1)
    extent.variants = CollapseExperiment.variants.filter { $0.name != "predictor-decays" }
    let report = try CollapseExperiment().run(conditions, testbed, extent: extent)
    try check(report)
    let results = try #require(report.results as? CollapseExperiment.Results)
    let losses = results.rows.filter { $0.name != "byol-zero" }.map { $0.curves[0].loss[1] }
    #expect(Set(losses).count == losses.count)
    // BYOL's limit is SimSiam, but for how the targets are computed.
    let (base, zero) = (
      results.rows.first { $0.name == "simsiam" }, results.rows.first { $0.name == "byol-zero" }
    )
    #expect(abs((base?.curves[0].loss[1] ?? 0) - (zero?.curves[0].loss[1] ?? 1)) < 1e-3)
    // Every other training beside SimSiam, by seeds and queries.
    #expect(results.table.rows.count == results.rows.count)
    // Before the first epoch, and after each.
    #expect(results.rows.allSatisfy { $0.curves[0].accuracy.count == 3 && $0.curves[0].rank.count == 3 })
    // Every row has its line in one of the figures by epoch, SimSiam in both.
    let drawn = report.figures.prefix(2).map { Set($0.panels[3].series.map(\.name)) }
    #expect(drawn[0].intersection(drawn[1]) == ["SimSiam"])
    #expect(drawn[0].union(drawn[1]) == Set(results.rows.map(\.title)))
  }

  @Test func `speeds: a fixed predictor does not move`() throws {
    let (conditions, testbed) = try Self.testbed()
    let report = try SpeedsExperiment().run(
      conditions, testbed,
      extent: .init(width: 2, epochs: 1, probe: 40, every: 1, seeds: 2, factors: [0, 1]))
    try check(report)
    let results = try #require(report.results as? SpeedsExperiment.Results)
    let fixed = try #require(results.rows.first { $0.factor == 0 })
    let base = try #require(results.rows.first { $0.factor == 1 })
    #expect(fixed.curves[0].predictorSpeed.allSatisfy { $0 == 0 })
    #expect(base.curves[0].predictorSpeed[0] > 0 && base.curves[0].encoderSpeed[0] > 0)
    #expect(abs(base.curves[0].eigenvalues.reduce(0, +) - 1) < 1e-6)
    // The encoder's four convolutions, from the input on.
    #expect(base.curves[0].layers.count == 4 && base.curves[0].layerSpeeds.allSatisfy { ($0.first ?? 0) > 0 })
  }

  @Test
  func `expansion: at small strengths the first order holds, and a pair's loss is twice the best target's`()
    throws
  {
    let (conditions, testbed) = try Self.testbed()
    let report = try ExpansionExperiment().run(
      conditions, testbed, extent: .init(images: 6, views: 8, width: 2, epochs: 1))
    try check(report)
    let results = try #require(report.results as? ExpansionExperiment.Results)
    #expect(abs(results.untrained.error[0].mean) < 0.15)
    #expect(results.untrained.residue[0].mean < results.untrained.residue[6].mean)
    let ratio = results.untrained.linearPairLoss[0].mean / results.untrained.linearLoss[0].mean
    #expect((1.3...2.7).contains(ratio))
  }

  @Test func `mean view: a linear encoder keeps to the theory, and all forms train`() throws {
    let (conditions, testbed) = try Self.testbed()
    let report = try MeanViewExperiment().run(
      conditions, testbed, extent: .init(width: 2, epochs: 1, seeds: 2, meanOf: 2))
    try check(report)
    let results = try #require(report.results as? MeanViewExperiment.Results)
    #expect(
      Set(results.rows.map { $0.curves[0].loss[1] }).count == results.rows.count && results.rows.count == 9)
    for result in results.linear {
      for rate in result.rates { #expect(abs(rate.mean - 1) < 0.1, "\(result.rule) \(rate.mean)") }
      #expect(result.untouched < 0.1)
    }
  }

  @Test func `optimizers: each is another training, and is measured alike`() throws {
    let (conditions, testbed) = try Self.testbed()
    let report = try OptimizersExperiment().run(
      conditions, testbed, extent: .init(width: 2, epochs: 1, seeds: 2))
    try check(report)
    let results = try #require(report.results as? OptimizersExperiment.Results)
    #expect(Set(results.rows.map { $0.curves[0].loss[1] }).count == results.rows.count)
    #expect(results.rows.allSatisfy { $0.curves[0].accuracy.count == 3 && $0.curves[0].epochs == [0, 1, 2] })
  }

  @Test func `features: every method has its row`() throws {
    let (conditions, testbed) = try Self.testbed()
    let report = try FeaturesExperiment().run(
      conditions, testbed, extent: .init(width: 2, epochs: 1, seeds: 2, views: 3))
    try check(report)
    let results = try #require(report.results as? FeaturesExperiment.Results)
    #expect(results.rows.map(\.title) == ["untrained"] + methods.map { $0.title })
  }

  @Test
  func
    `constraint: without stop-gradient the encoder shrinks, and the closed form has orthonormal rows' eigenvalues`()
    throws
  {
    let (conditions, testbed) = try Self.testbed()
    let report = try ConstraintExperiment().run(
      conditions, testbed,
      extent: .init(atoms: 32, dimension: 8, alive: 4, views: 4, steps: 300, batch: 16, seeds: 2))
    try check(report)
    let results = try #require(report.results as? ConstraintExperiment.Results)
    for trial in results.trials {
      // Whitened views agree in no direction by more than their variance.
      #expect(trial.eigenvalues == trial.eigenvalues.sorted(by: >) && trial.eigenvalues[0] <= 1.001)
      let (stop, without) = (trial.courses[0], trial.courses[1])
      #expect(without.size.last ?? 1 < stop.size.last ?? 0)
      #expect(stop.overlap.last ?? 0 > stop.overlap[0])
      #expect(stop.overlap.allSatisfy { (0...1.000001).contains($0) })
      // The exact minimum by turns: the loss never rises, and goes to 0 with W; with unit covariance W stays.
      let (free, held) = (trial.alternations[0], trial.alternations[1])
      #expect(zip(free.loss, free.loss.dropFirst()).allSatisfy { $0.0 > $0.1 } && (free.loss.last ?? 1) < 0.1)
      #expect((free.size.last ?? 1) < 0.2 && abs((held.size.last ?? 0) - 1) < 1e-9)
    }
  }

  @Test func `an experiment on pictures without any says so`() {
    #expect(throws: ImagesMissing(experiment: "prior")) { _ = try PriorExperiment().run(Conditions()) }
  }
}
