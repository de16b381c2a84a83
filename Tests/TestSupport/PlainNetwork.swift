package import SiamNeuralNetworks

/// Images of channels in double precision, N H W C; rows are images of one pixel.
package struct PlainMap: Sendable {
  package var batch, height, width, channels: Int
  package var values: [Double]

  package init(_ batch: Int, _ height: Int, _ width: Int, _ channels: Int, _ values: [Double]) {
    precondition(values.count == batch * height * width * channels, "\(values.count) values")
    (self.batch, self.height, self.width, self.channels) = (batch, height, width, channels)
    self.values = values
  }

  var pixels: Int { batch * height * width }
}

/// Siam's layers once more, in double precision and written as the textbook has them: what gradients are checked
/// against by central differences. The shapes follow from the layout's names, the numbers are handed in.
package struct PlainNetwork: Sendable {
  package let layout: ParameterLayout
  let values: [Double]

  package init(_ layout: ParameterLayout, _ values: [Double]) {
    (self.layout, self.values) = (layout, values)
  }

  func entry(_ name: String) -> (shape: [Int], values: [Double])? {
    layout.entries.first { $0.name == name }.map { ($0.shape, Array(values[$0.range])) }
  }

  /// A convolution unit of any kind: it normalises where the layout has running statistics for it.
  ///
  /// - Parameter isBehind: whether an odd border is larger behind the image than before it.
  package func unit(
    _ x: PlainMap, _ name: String, stride: Int = 1, relu: Bool = true, ceiling: Double = .infinity,
    isBehind: Bool = false
  ) -> PlainMap {
    guard let weight = entry(name + ".conv.weight") else { preconditionFailure("no \(name)") }
    let y = convolve(
      x, weight.values, kernel: weight.shape[0], outputs: weight.shape[3], stride: stride, isBehind: isBehind)
    return normalized(y, name + ".norm", relu: relu, ceiling: ceiling)
  }

  /// A depthwise unit with ReLU6: the ordinary one with a matrix of zeros off the diagonal for each tap.
  package func depthwise(_ x: PlainMap, _ name: String, stride: Int, isBehind: Bool) -> PlainMap {
    guard let weight = entry(name + ".conv.weight") else { preconditionFailure("no \(name)") }
    var full = [Double](repeating: 0, count: weight.values.count * x.channels)
    for (index, value) in weight.values.enumerated() { full[index * x.channels + index % x.channels] = value }
    let y = convolve(
      x, full, kernel: weight.shape[0], outputs: x.channels, stride: stride, isBehind: isBehind)
    return normalized(y, name + ".norm", relu: true, ceiling: 6)
  }

  /// An inverted residual block, with an expansion where the layout has one.
  package func inverted(
    _ x: PlainMap, _ name: String, stride: Int, adds: Bool, isBehind: Bool = true
  ) -> PlainMap {
    let expands = entry(name + ".expand.conv.weight") != nil
    let wide = expands ? unit(x, name + ".expand", ceiling: 6) : x
    var y = unit(
      depthwise(wide, name + ".depthwise", stride: stride, isBehind: isBehind), name + ".project", relu: false
    )
    if adds { for index in y.values.indices { y.values[index] += x.values[index] } }
    return y
  }

  private func convolve(
    _ x: PlainMap, _ weights: [Double], kernel: Int, outputs: Int, stride: Int, isBehind: Bool = false
  ) -> PlainMap {
    let inputs = x.channels
    let height = (x.height + 2 * (kernel / 2) - kernel) / stride + 1
    let width = (x.width + 2 * (kernel / 2) - kernel) / stride + 1
    func before(_ from: Int, _ to: Int) -> Int {
      isBehind ? max(0, (to - 1) * stride + kernel - from) / 2 : kernel / 2
    }
    let (above, left) = (before(x.height, height), before(x.width, width))
    var y = [Double](repeating: 0, count: x.batch * height * width * outputs)
    for image in 0..<x.batch {
      for row in 0..<height {
        for column in 0..<width {
          let to = ((image * height + row) * width + column) * outputs
          for ky in 0..<kernel {
            for kx in 0..<kernel {
              let (fromY, fromX) = (row * stride + ky - above, column * stride + kx - left)
              guard (0..<x.height).contains(fromY), (0..<x.width).contains(fromX) else { continue }
              let from = ((image * x.height + fromY) * x.width + fromX) * inputs
              for input in 0..<inputs {
                let (value, weight) = (
                  x.values[from + input], ((ky * kernel + kx) * inputs + input) * outputs
                )
                for output in 0..<outputs { y[to + output] += value * weights[weight + output] }
              }
            }
          }
        }
      }
    }
    return PlainMap(x.batch, height, width, outputs, y)
  }

  /// Batch normalisation by the batch's own statistics, scale, shift and ReLU, as far as the layout has them.
  package func normalized(
    _ x: PlainMap, _ name: String, relu: Bool, ceiling: Double = .infinity
  ) -> PlainMap {
    var y = x
    let (scale, shift) = (entry(name + ".weight"), entry(name + ".bias"))
    let normalizes = layout.statistics.contains { $0.name == name + ".running_var" }
    for channel in 0..<x.channels {
      let places = (0..<x.pixels).map { $0 * x.channels + channel }
      var (mean, inverse) = (0.0, 1.0)
      if normalizes {
        mean = places.reduce(0) { $0 + x.values[$1] } / Double(x.pixels)
        let variance =
          places.reduce(0) { $0 + (x.values[$1] - mean) * (x.values[$1] - mean) } / Double(x.pixels)
        inverse = 1 / (variance + 1e-5).squareRoot()
      }
      let (a, b) = (scale?.values[channel] ?? 1, shift?.values[channel] ?? 0)
      for place in places {
        let value = a * (x.values[place] - mean) * inverse + b
        y.values[place] = relu ? min(max(0, value), ceiling) : value
      }
    }
    return y
  }

  /// A residual block, with a projection where the layout has one.
  package func block(_ x: PlainMap, _ name: String, stride: Int = 1) -> PlainMap {
    var y = unit(unit(x, name + ".first", stride: stride), name + ".second", relu: false)
    let projects = entry(name + ".shortcut.conv.weight") != nil
    let around = projects ? unit(x, name + ".shortcut", stride: stride, relu: false) : x
    for index in y.values.indices { y.values[index] = max(0, y.values[index] + around.values[index]) }
    return y
  }

  package func linear(_ x: PlainMap, _ name: String) -> PlainMap {
    guard let weight = entry(name + ".weight") else { preconditionFailure("no \(name)") }
    var y = convolve(x, weight.values, kernel: 1, outputs: weight.shape[1], stride: 1)
    if let bias = entry(name + ".bias") {
      for index in y.values.indices { y.values[index] += bias.values[index % y.channels] }
    }
    return y
  }

  /// The largest of each 3x3 window, stride 2.
  package func maxPool(_ x: PlainMap) -> PlainMap {
    let (height, width) = ((x.height + 1) / 2, (x.width + 1) / 2)
    var y: [Double] = []
    for image in 0..<x.batch {
      for row in 0..<height {
        for column in 0..<width {
          for channel in 0..<x.channels {
            var largest = -Double.infinity
            for fromY in 2 * row - 1...2 * row + 1 where (0..<x.height).contains(fromY) {
              for fromX in 2 * column - 1...2 * column + 1 where (0..<x.width).contains(fromX) {
                largest = max(
                  largest, x.values[((image * x.height + fromY) * x.width + fromX) * x.channels + channel])
              }
            }
            y.append(largest)
          }
        }
      }
    }
    return PlainMap(x.batch, height, width, x.channels, y)
  }

  package func average(_ x: PlainMap) -> PlainMap {
    var y = [Double](repeating: 0, count: x.batch * x.channels)
    let pixels = x.height * x.width
    for (index, value) in x.values.enumerated() {
      y[index / (pixels * x.channels) * x.channels + index % x.channels] += value / Double(pixels)
    }
    return PlainMap(x.batch, 1, 1, x.channels, y)
  }

  /// The encoder `tiny`, to its features.
  package func tiny(_ x: PlainMap) -> PlainMap {
    average((0..<4).reduce(x) { unit($0, "encoder.\($1)", stride: $1 == 0 ? 1 : 2) })
  }

  /// The encoder `small`, to its features.
  package func small(_ x: PlainMap) -> PlainMap {
    var y = unit(x, "encoder.stem")
    for group in 0..<4 {
      for index in 0..<2 {
        y = block(y, "encoder.\(group).\(index)", stride: group > 0 && index == 0 ? 2 : 1)
      }
    }
    return average(y)
  }
}

/// Σ r · y, the scalar that gradients are taken of.
package func weighed(_ y: [Double], _ r: [Float]) -> Double {
  precondition(y.count == r.count, "\(y.count) outputs, \(r.count) weights")
  return zip(y, r).reduce(0) { $0 + $1.0 * Double($1.1) }
}
