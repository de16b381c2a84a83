/// A way to train by a method that the laboratory's `collapse` experiment sets beside the others.
package struct MethodVariant: Sendable {
  /// Its name in results and figures.
  package let name, title: String
  /// Chen and He's linear accuracy on ImageNet after 100 epochs in %; nil if they do not report it.
  package let published: Double?
  /// The predicted outcome.
  package let expectation: Expectation
  /// The figure that shows it.
  package let group: Group
  /// Turns a configuration of `baseMethod` into this variant.
  package let change: @Sendable (inout TrainingConfiguration) -> Void

  /// The outcome of a variant that the papers predict.
  package enum Expectation: String, Sendable, Encodable { case learns, collapses, stalls, worse, open }
  /// The figures: the base method with its ablations, and its relatives.
  package enum Group: String, Sendable, Encodable { case parts, relatives }

  package init(
    _ name: String, _ title: String, published: Double? = nil, _ expectation: Expectation, _ group: Group,
    _ change: @escaping @Sendable (inout TrainingConfiguration) -> Void
  ) {
    (self.name, self.title, self.published) = (name, title, published)
    (self.expectation, self.group, self.change) = (expectation, group, change)
  }
}

extension Method {
  /// The method itself, predicted to learn, under its own name.
  package static var plainVariant: MethodVariant {
    MethodVariant(name, title, .learns, .relatives) { $0.use(Self.self) }
  }
}
