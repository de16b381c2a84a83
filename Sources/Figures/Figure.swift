/// A description of a figure: panels with axes and series. `svg` draws it.
///
///     let losses = Figure.Series("loss", .line, [.init(1, -0.2), .init(2, -0.7)])
///     let panel = Figure.Panel("Training", x: .init("epoch"), y: .init("loss"), series: [losses])
///     let text = Figure("training", title: "A short training", panels: [panel]).svg
package struct Figure: Sendable, Equatable {
  /// The file's name without its extension.
  package let name: String
  /// What stands above all panels; empty leaves no room for it.
  package var title: String
  /// From the top left, row by row.
  package var panels: [Panel]
  /// The number of panels side by side.
  package var columns: Int
  /// The size of a panel including its labels, in pixels.
  package var panelWidth = 440.0
  package var panelHeight = 320.0

  package init(_ name: String, title: String, columns: Int = 2, panels: [Panel] = []) {
    (self.name, self.title, self.columns, self.panels) = (name, title, columns, panels)
  }

  /// The number of colours before they repeat.
  package static var colours: Int { Colour.palette.count }

  /// The same figure with higher panels, for legends of several rows.
  package func taller(by pixels: Double) -> Figure {
    var figure = self
    figure.panelHeight += pixels
    return figure
  }

  /// One pair of axes and what is drawn between them.
  package struct Panel: Sendable, Equatable {
    /// What stands above the panel.
    package var title: String
    package var x, y: Axis
    /// Later ones are drawn over earlier ones.
    package var series: [Series] = []
    package var rules: [Rule] = []

    package init(_ title: String, x: Axis, y: Axis, series: [Series] = [], rules: [Rule] = []) {
      (self.title, self.x, self.y, self.series, self.rules) = (title, x, y, series, rules)
    }
  }

  /// The label of an axis and how numbers lie on it.
  package struct Axis: Sendable, Equatable {
    /// How far apart values lie: by their differences, by their ratios, or by their order.
    package enum Kind: Sendable, Equatable {
      case linear, logarithmic
      /// As linear, with ticks at integers only.
      case counted
      /// Names at 0, 1, 2, ...; on the y axis from the top.
      case names([String])
    }
    /// What is measured, with its unit if it has one.
    package var label: String
    package var kind: Kind
    /// The values shown; nil takes what the series need.
    package var range: ClosedRange<Double>?
    /// The values that are possible, which no axis goes beyond; nil for any, except that an axis of values that are all at
    /// least 0 begins no lower.
    package var possible: ClosedRange<Double>?

    package init(
      _ label: String, _ kind: Kind = .linear, in range: ClosedRange<Double>? = nil,
      within possible: ClosedRange<Double>? = nil
    ) {
      (self.label, self.kind, self.range, self.possible) = (label, kind, range, possible)
    }

    /// A share in percent.
    package static func percent(_ label: String) -> Axis { Axis(label, within: 0...100) }
  }

  /// Points of one kind, drawn in one colour.
  package struct Series: Sendable, Equatable {
    /// How the points are joined and marked.
    package enum Style: Sendable, Equatable {
      case line, dashed, dotted, points, pointsAndLine
    }
    /// How the interval low...high of the points is drawn: along y as a band or as bars, or along x as bars.
    package enum Uncertainty: Sendable, Equatable { case band, vertical, horizontal }
    /// A measurement and, where it has one, its interval. A coordinate that is not finite breaks the line.
    package struct Point: Sendable, Equatable {
      package var x, y: Double
      package var low, high: Double?

      package init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
        (self.x, self.y, self.low, self.high) = (x, y, low, high)
      }
    }
    /// For the legend; a series with an empty name is left out of it.
    package var name: String
    package var style: Style
    package var uncertainty: Uncertainty
    package var points: [Point]
    /// An index into the palette, which picks the marker too; nil takes the series' own index in the panel.
    package var colour: Int?

    package init(
      _ name: String, _ style: Style = .line, _ points: [Point], uncertainty: Uncertainty = .band,
      colour: Int? = nil
    ) {
      (self.name, self.style, self.points) = (name, style, points)
      (self.uncertainty, self.colour) = (uncertainty, colour)
    }
  }

  /// A straight dotted line across the panel: a limit or a prediction.
  package struct Rule: Sendable, Equatable {
    /// The axis and the value at which it crosses.
    package enum Position: Sendable, Equatable {
      /// Upright, at a value of the x axis.
      case x(Double)
      /// Level, at a value of the y axis.
      case y(Double)
    }
    package var position: Position
    /// What it stands for; may be empty.
    package var label: String
    /// Whether the label stands where the axis begins, at the left or the bottom, instead of at its end.
    package var isAtStart: Bool

    package init(_ position: Position, _ label: String, atStart isAtStart: Bool = false) {
      (self.position, self.label, self.isAtStart) = (position, label, isAtStart)
    }
  }
}
