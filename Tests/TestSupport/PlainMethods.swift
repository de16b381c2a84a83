import Glibc
package import SiamDatasets
package import SiamMethods
package import SiamNeuralNetworks
package import SiamTensors
import Testing

/// A method's loss at one batch, in double precision: some of the network's numbers move, others are held where a
/// gradient must not go.
package struct PlainStep {
  package let layout: ParameterLayout
  package let batch: ViewBatch
  package let state: [String: Tensor]
  package let configuration: TrainingConfiguration
  /// The numbers that are varied, and the same where they are held.
  package let moving, held: [Double]

  package init(
    layout: ParameterLayout, batch: ViewBatch, state: [String: Tensor], configuration: TrainingConfiguration,
    moving: [Double], held: [Double]
  ) {
    (self.layout, self.batch, self.state, self.configuration) = (layout, batch, state, configuration)
    (self.moving, self.held) = (moving, held)
  }

  /// The projector's outputs for a view.
  package func z(_ view: Tensor, _ values: [Double]) -> PlainMap {
    let network = PlainNetwork(layout, values)
    let map = PlainMap(view.shape[0], view.shape[1], view.shape[2], 3, view.values.map(Double.init))
    return network.projected(network.tiny(map))
  }

  /// The predictor's outputs, or z itself without one.
  package func p(_ z: PlainMap) -> PlainMap {
    layout.entries.contains { $0.name.hasPrefix("predictor.") }
      ? PlainNetwork(layout, moving).predicted(z) : z
  }

  /// What is kept of each image, moved on to z; z itself for one that was not seen yet.
  package func kept(_ z: PlainMap, _ momentum: Double) -> PlainMap {
    var result = z
    let kept = state["targets"]?.values ?? []
    for (row, image) in batch.indices.enumerated() {
      let old = kept[image * z.channels..<(image + 1) * z.channels].map(Double.init)
      guard old.contains(where: { $0 != 0 }) else { continue }
      for i in 0..<z.channels {
        result.values[row * z.channels + i] =
          momentum * old[i] + (1 - momentum) * z.values[row * z.channels + i]
      }
    }
    return result
  }

  /// z times the predictor that is not trained.
  package func mapped(_ z: PlainMap) -> PlainMap {
    let (side, matrix) = (z.channels, state["predictor"]?.values.map(Double.init) ?? [])
    var result = z
    for row in 0..<z.batch {
      for column in 0..<side {
        result.values[row * side + column] = (0..<side).reduce(0) {
          $0 + z.values[row * side + $1] * matrix[$1 * side + column]
        }
      }
    }
    return result
  }

  /// The mean over both directions of `distance` from a view's prediction to the other's target.
  package func bothWays(_ predictions: [PlainMap], _ targets: [PlainMap]) -> Double {
    (cosineDistance(predictions[0], targets[1]) + cosineDistance(predictions[1], targets[0])) / 2
  }
}

package func rows(_ x: PlainMap) -> [[Double]] {
  (0..<x.batch).map { Array(x.values[$0 * x.channels..<($0 + 1) * x.channels]) }
}

package func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

package func cosine(_ a: [Double], _ b: [Double]) -> Double {
  dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
}

/// −mean cosine.
package func cosineDistance(_ a: PlainMap, _ b: PlainMap) -> Double {
  -zip(rows(a), rows(b)).reduce(0) { $0 + cosine($1.0, $1.1) } / Double(a.batch)
}

/// NT-Xent as the paper writes it.
package func contrast(_ a: [[Double]], _ b: [[Double]], temperature: Double) -> Double {
  let all = a + b
  return all.indices.reduce(0) { sum, i in
    let j = (i + a.count) % all.count
    let total = all.indices.reduce(0) { $1 == i ? $0 : $0 + exp(cosine(all[i], all[$1]) / temperature) }
    return sum - log(exp(cosine(all[i], all[j]) / temperature) / total)
  } / Double(all.count)
}

/// A method with choices of its own, and what its loss should be.
package struct MethodCase: Sendable, CustomTestStringConvertible {
  package let name: String
  /// The choices, as `config.json` has them.
  package var options: [String: MethodValue] = [:]
  package var heads = HeadNormalization.all
  package var layers = 2
  package let loss: @Sendable (PlainStep) -> Double

  package init(
    name: String, options: [String: MethodValue] = [:], heads: HeadNormalization = .all, layers: Int = 2,
    loss: @escaping @Sendable (PlainStep) -> Double
  ) {
    (self.name, self.options, self.heads, self.layers, self.loss) = (name, options, heads, layers, loss)
  }

  package var testDescription: String {
    let set = options.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    return "\(name) \(set) \(heads) \(layers)"
  }

  package func configuration(
    width: Int = 2, size: Int = 6, dimension: Int = 5, hidden: Int = 3
  ) -> TrainingConfiguration {
    var result = TrainingConfiguration()
    result.method = name
    result.options.byName = options
    result.encoder = EncoderConfiguration(preset: .tiny, width: width, size: size)
    (result.dimension, result.hidden, result.projectorLayers) = (dimension, hidden, layers)
    result.headNormalization = heads
    return result
  }

  /// SimSiam's loss, with the targets held.
  package static let simsiam: @Sendable (PlainStep) -> Double = { step in
    let views = step.batch.views
    return step.bothWays(
      views.map { step.p(step.z($0, step.moving)) }, views.map { step.z($0, step.held) })
  }

  /// Every method, with every choice that changes its gradient.
  package static let all: [MethodCase] = [
    MethodCase(name: "simsiam", loss: simsiam), MethodCase(name: "simsiam", layers: 1, loss: simsiam),
    MethodCase(name: "simsiam", layers: 3, loss: simsiam),
    MethodCase(name: "simsiam", heads: .hidden, loss: simsiam),
    MethodCase(name: "simsiam", heads: .none, loss: simsiam),
    MethodCase(name: "simsiam", options: ["affine-output": .flag(true)], loss: simsiam),
    MethodCase(name: "simsiam", options: ["no-predictor": .flag(true)], loss: simsiam),
    MethodCase(name: "simsiam", options: ["no-stop-gradient": .flag(true)]) { step in
      let z = step.batch.views.map { step.z($0, step.moving) }
      return step.bothWays(z.map(step.p), z)
    },
    MethodCase(
      name: "simsiam", options: ["no-stop-gradient": .flag(true), "no-predictor": .flag(true)]
    ) { step in
      let z = step.batch.views.map { step.z($0, step.moving) }
      return step.bothWays(z, z)
    },
    MethodCase(name: "simsiam", options: ["only-target-gradient": .flag(true)]) { step in
      let views = step.batch.views
      return step.bothWays(
        views.map { step.p(step.z($0, step.held)) }, views.map { step.z($0, step.moving) })
    },
    MethodCase(name: "simsiam", options: ["asymmetric": .flag(true)]) { step in
      let views = step.batch.views
      return cosineDistance(step.p(step.z(views[0], step.moving)), step.z(views[1], step.held))
    },
    MethodCase(
      name: "simsiam", options: ["asymmetric": .flag(true), "no-stop-gradient": .flag(true)]
    ) { step in
      let z = step.batch.views.map { step.z($0, step.moving) }
      return cosineDistance(step.p(z[0]), z[1])
    },
    MethodCase(name: "byol") { step in
      let (views, teacher) = (step.batch.views, step.state["teacher"]?.values.map(Double.init) ?? [])
      return step.bothWays(views.map { step.p(step.z($0, step.moving)) }, views.map { step.z($0, teacher) })
    },
    MethodCase(
      name: "byol", options: ["no-predictor": .flag(true), "asymmetric": .flag(true)]
    ) { step in
      let (views, teacher) = (step.batch.views, step.state["teacher"]?.values.map(Double.init) ?? [])
      return cosineDistance(step.z(views[0], step.moving), step.z(views[1], teacher))
    },
    MethodCase(name: "simclr", options: ["temperature": .number(0.3)]) { step in
      let z = step.batch.views.map { rows(step.z($0, step.moving)) }
      return contrast(z[0], z[1], temperature: 0.3)
    },
    MethodCase(name: "alternating") { step in
      let (views, held) = (step.batch.views, step.state["network"]?.values.map(Double.init) ?? [])
      return step.bothWays(views.map { step.p(step.z($0, step.moving)) }, views.map { step.z($0, held) })
    },
    MethodCase(
      name: "alternating", options: ["alternation": .number(1), "target-momentum": .number(0.6)]
    ) { step in
      let views = step.batch.views
      return step.bothWays(
        views.map { step.p(step.z($0, step.moving)) }, views.map { step.kept(step.z($0, step.held), 0.6) })
    },
    MethodCase(
      name: "alternating",
      options: [
        "alternation": .number(3), "target-momentum": .number(0.8), "no-predictor": .flag(true),
        "asymmetric": .flag(true),
      ]
    ) { step in
      let (views, held) = (step.batch.views, step.state["network"]?.values.map(Double.init) ?? [])
      return cosineDistance(step.z(views[0], step.moving), step.kept(step.z(views[1], held), 0.8))
    },
    MethodCase(name: "mean-view") { step in
      squares(step.z(step.batch.views[0], step.moving), step.batch.mean.map { step.z($0, step.held) })
    },
    MethodCase(name: "mean-view", options: ["no-stop-gradient": .flag(true)], heads: .hidden) { step in
      squares(step.z(step.batch.views[0], step.moving), step.batch.mean.map { step.z($0, step.moving) })
    },
    MethodCase(
      name: "mean-view",
      options: [
        "no-stop-gradient": .flag(true), "normalized-outputs": .flag(true), "affine-output": .flag(true),
      ]
    ) { step in
      let z = step.z(step.batch.views[0], step.moving)
      return step.batch.mean.map { cosineDistance(z, step.z($0, step.moving)) } ?? .nan
    },
    MethodCase(name: "mean-view", options: ["normalized-outputs": .flag(true)]) { step in
      let z = step.z(step.batch.views[0], step.moving)
      return step.batch.mean.map { cosineDistance(z, step.z($0, step.held)) } ?? .nan
    },
    MethodCase(name: "directpred") { step in
      let views = step.batch.views
      return step.bothWays(
        views.map { step.mapped(step.z($0, step.moving)) }, views.map { step.z($0, step.held) })
    },
    MethodCase(name: "vicreg", heads: .hidden, layers: 3) { vicreg($0, 25, 25, 1) },
    MethodCase(
      name: "vicreg",
      options: ["invariance": .number(3), "variance": .number(40), "covariance": .number(7)]
    ) { vicreg($0, 3, 40, 7) },
    MethodCase(name: "barlow-twins", layers: 3) { barlowTwins($0, redundancy: 0.005, scale: 0.024) },
    MethodCase(name: "barlow-twins", options: ["redundancy": .number(0.5), "loss-scale": .number(1)]) {
      barlowTwins($0, redundancy: 0.5, scale: 1)
    },
  ]

  /// The case of a method with the most choices.
  package static func fullest(of method: String) -> MethodCase? {
    all.filter { $0.name == method }.max { $0.options.count < $1.options.count }
  }
}

/// VICReg as its algorithm 1 writes it.
private func vicreg(_ step: PlainStep, _ lambda: Double, _ mu: Double, _ nu: Double) -> Double {
  let z = step.batch.views.map { rows(step.z($0, step.moving)) }
  let (n, d) = (Double(z[0].count), Double(z[0][0].count))
  let distance = zip(z[0], z[1]).reduce(0) {
    $0 + zip($1.0, $1.1).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
  return z.reduce(lambda * distance / (n * d)) { loss, z in
    let columns = centred(columns(z))
    var (variance, covariance) = (0.0, 0.0)
    for (i, a) in columns.enumerated() {
      variance += max(0, 1 - (dot(a, a) / (n - 1) + 1e-4).squareRoot())
      for (j, b) in columns.enumerated() where i != j {
        covariance += (dot(a, b) / (n - 1)) * (dot(a, b) / (n - 1))
      }
    }
    return loss + mu * variance / (2 * d) + nu * covariance / d
  }
}

/// Barlow Twins as its equations 1 and 2 write it.
private func barlowTwins(_ step: PlainStep, redundancy: Double, scale: Double) -> Double {
  let z = step.batch.views.map { columns(rows(step.z($0, step.moving))) }
  var loss = 0.0
  for (i, a) in z[0].enumerated() {
    for (j, b) in z[1].enumerated() {
      let correlation = dot(a, b) / Double(a.count)
      loss += i == j ? (1 - correlation) * (1 - correlation) : redundancy * correlation * correlation
    }
  }
  return scale * loss
}

private func columns(_ rows: [[Double]]) -> [[Double]] {
  rows[0].indices.map { column in rows.map { $0[column] } }
}

private func centred(_ columns: [[Double]]) -> [[Double]] {
  columns.map { column in
    let mean = column.reduce(0, +) / Double(column.count)
    return column.map { $0 - mean }
  }
}

/// The essay's ‖a − b‖², by 2D.
private func squares(_ a: PlainMap, _ b: PlainMap?) -> Double {
  guard let b else { return .nan }
  return zip(a.values, b.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(2 * a.values.count)
}

extension PlainNetwork {
  /// The projector, of as many layers as there are.
  package func projected(_ x: PlainMap) -> PlainMap {
    var (y, index) = (x, 0)
    while layout.entries.contains(where: { $0.name == "projector.\(index).linear.weight" }) {
      let last = !layout.entries.contains { $0.name == "projector.\(index + 1).linear.weight" }
      y = normalized(linear(y, "projector.\(index).linear"), "projector.\(index).norm", relu: !last)
      index += 1
    }
    return y
  }

  package func predicted(_ z: PlainMap) -> PlainMap {
    let hidden = normalized(linear(z, "predictor.0.linear"), "predictor.0.norm", relu: true)
    return linear(hidden, "predictor.1.linear")
  }
}
