import SiamMethods

extension CollapseExperiment {
  /// One way to train.
  struct Variant: Sendable {
    let name, title: String
    /// Chen and He's linear accuracy on ImageNet after 100 epochs in %, where they have the row.
    let published: Double?
    /// What is to come of it, and the figure it is drawn in.
    let expectation: Expectation
    let group: Group
    let change: @Sendable (inout TrainingConfiguration) -> Void

    enum Expectation: String, Sendable, Encodable { case learns, collapses, stalls, worse, open }
    /// What SimSiam is made of and taken apart into, and its relatives.
    enum Group: String, Sendable, Encodable { case parts, relatives }

    init(
      _ name: String, _ title: String, published: Double? = nil, _ expectation: Expectation, _ group: Group,
      _ change: @escaping @Sendable (inout TrainingConfiguration) -> Void
    ) {
      (self.name, self.title, self.published) = (name, title, published)
      (self.expectation, self.group, self.change) = (expectation, group, change)
    }

    static let all: [Variant] = [
      // The predictor keeps its rate here; published with and without, 68.1 and 67.7.
      Variant("simsiam", "SimSiam", published: 68.1, .learns, .parts) { _ in },
      Variant("no-stop-gradient", "no stop-gradient", published: 0.1, .collapses, .parts) {
        $0.options[SimSiam.noStopGradient] = .flag(true)
      },
      Variant("no-predictor", "no predictor", published: 0.1, .collapses, .parts) {
        $0.options[SimSiam.noPredictor] = .flag(true)
      },
      Variant("only-target-gradient", "target's gradient alone", .collapses, .parts) {
        $0.options[SimSiam.onlyTargetGradient] = .flag(true)
      },
      Variant("fixed-predictor", "fixed random predictor", published: 1.5, .stalls, .parts) {
        $0.predictorBaseRate = 0
      },
      Variant("no-bn", "heads without BN", published: 34.6, .worse, .parts) { $0.headNormalization = .none },
      Variant("hidden-bn", "BN in hidden layers only", published: 67.4, .open, .parts) {
        $0.headNormalization = .hidden
      },
      Variant("predictor-decays", "predictor's rate decays", published: 67.7, .learns, .relatives) {
        $0.constantPredictorRate = false
      },
      Variant("asymmetric", "one direction only", published: 64.8, .worse, .relatives) {
        $0.options[SimSiam.asymmetric] = .flag(true)
      },
      Variant("projector-1", "projector of one layer", .learns, .relatives) { $0.projectorLayers = 1 },
      Variant("projector-3", "projector of three layers", .learns, .relatives) { $0.projectorLayers = 3 },
      Variant("alternating", "targets for 10 steps", published: 68.7, .learns, .relatives) {
        $0.method = Alternating.name
        $0.options[Alternating.alternation] = .number(10)
      },
      Variant("moving-average", "kept targets, no predictor", published: 55, .worse, .relatives) {
        $0.method = Alternating.name
        $0.options[Alternating.alternation] = .number(1)
        $0.options[Alternating.targetMomentum] = .number(0.8)
        $0.options[SimSiam.noPredictor] = .flag(true)
      },
      // The linear theory's answer to the essay's question.
      Variant("mean-view", "mean view", .collapses, .relatives) {
        $0.method = MeanView.name
        $0.options[SimSiam.noStopGradient] = .flag(true)
      },
      Variant("directpred", "DirectPred", .learns, .relatives) { $0.method = DirectPred.name },
      Variant("byol", "BYOL", .learns, .relatives) { $0.method = BYOL.name },
      Variant("simclr", "SimCLR", .learns, .relatives) { $0.use(SimCLR.self) },
    ]
  }
}
