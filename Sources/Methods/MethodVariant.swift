/// A way to train by a method that the laboratory's `collapse` experiment sets beside the others.
package struct MethodVariant: Sendable {
  /// As results and figures have it.
  package let name, title: String
  /// Chen and He's linear accuracy on ImageNet after 100 epochs in %, where they have the row.
  package let published: Double?
  /// What is to come of it.
  package let expectation: Expectation
  /// The figure it is drawn in.
  package let group: Group
  /// Makes it of a training by `baseMethod`.
  package let change: @Sendable (inout TrainingConfiguration) -> Void

  /// What is to come of a variant, by the papers.
  package enum Expectation: String, Sendable, Encodable { case learns, collapses, stalls, worse, open }
  /// What the base method is made of and taken apart into, and its relatives.
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
  /// The method itself, which is to learn, under its own name.
  package static var plainVariant: MethodVariant {
    MethodVariant(name, title, .learns, .relatives) { $0.use(Self.self) }
  }
}
