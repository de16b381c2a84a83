/// A figure as a description: panels with axes and series, drawn by `svg` and `png(scale:)` alike.
package struct Figure: Sendable, Equatable {
  /// The file's name without its extension.
  package let name: String
  package var title: String
  package var panels: [Panel]
  /// Panels side by side.
  package var columns: Int
  /// The size of a panel with its labels, in pixels of the SVG.
  package var panelWidth = 440.0
  package var panelHeight = 320.0

  package init(_ name: String, title: String, columns: Int = 2, panels: [Panel] = []) {
    (self.name, self.title, self.columns, self.panels) = (name, title, columns, panels)
  }

  /// One set of axes.
  package struct Panel: Sendable, Equatable {
    package var title: String
    package var x, y: Axis
    package var series: [Series] = []
    package var rules: [Rule] = []

    package init(_ title: String, x: Axis, y: Axis, series: [Series] = [], rules: [Rule] = []) {
      (self.title, self.x, self.y, self.series, self.rules) = (title, x, y, series, rules)
    }
  }

  /// What an axis is called and how numbers lie on it.
  package struct Axis: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
      case linear, logarithmic
      /// Names at 0, 1, 2, ...; on the y axis from the top.
      case names([String])
    }
    /// With the unit, if there is one.
    package var label: String
    package var kind: Kind
    /// Nil takes what the series need.
    package var range: ClosedRange<Double>?

    package init(_ label: String, _ kind: Kind = .linear, in range: ClosedRange<Double>? = nil) {
      (self.label, self.kind, self.range) = (label, kind, range)
    }
  }

  /// Points that belong together.
  package struct Series: Sendable, Equatable {
    package enum Style: Sendable, Equatable { case line, dashed, dotted, points, pointsAndLine }
    /// What the uncertainty of the points, if they have one, is of and looks like.
    package enum Uncertainty: Sendable, Equatable { case band, vertical, horizontal }
    package struct Point: Sendable, Equatable {
      package var x, y: Double
      package var low, high: Double?

      package init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
        (self.x, self.y, self.low, self.high) = (x, y, low, high)
      }
    }
    /// For the legend; empty is left out of it.
    package var name: String
    package var style: Style
    package var uncertainty: Uncertainty
    package var points: [Point]
    /// An index into the palette and the markers; nil takes the series' own place in the panel.
    package var look: Int?

    package init(
      _ name: String, _ style: Style = .line, _ points: [Point], uncertainty: Uncertainty = .band,
      look: Int? = nil
    ) {
      (self.name, self.style, self.points) = (name, style, points)
      (self.uncertainty, self.look) = (uncertainty, look)
    }
  }

  /// A straight line across the panel: a limit or a prediction.
  package struct Rule: Sendable, Equatable {
    package enum Place: Sendable, Equatable {
      case x(Double)
      case y(Double)
    }
    package var place: Place
    package var label: String
    /// Whether the label stands at the axis' beginning: left, or at the bottom.
    package var isAtStart: Bool

    package init(_ place: Place, _ label: String, atStart isAtStart: Bool = false) {
      (self.place, self.label, self.isAtStart) = (place, label, isAtStart)
    }
  }
}

extension Figure {
  /// The figure as an SVG document.
  package var svg: String { drawing.svg }
}
