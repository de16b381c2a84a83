/// A figure as a description: panels with axes and series, drawn by `svg` and `png(scale:)` alike.
public struct Figure: Sendable, Equatable {
  /// The file's name without its extension.
  public let name: String
  public var title: String
  public var panels: [Panel]
  /// Panels side by side.
  public var columns: Int
  /// The size of a panel with its labels, in pixels of the SVG.
  public var panelWidth = 440.0
  public var panelHeight = 320.0

  public init(_ name: String, title: String, columns: Int = 2, panels: [Panel] = []) {
    (self.name, self.title, self.columns, self.panels) = (name, title, columns, panels)
  }

  /// One set of axes.
  public struct Panel: Sendable, Equatable {
    public var title: String
    public var x, y: Axis
    public var series: [Series] = []
    public var rules: [Rule] = []

    public init(_ title: String, x: Axis, y: Axis, series: [Series] = [], rules: [Rule] = []) {
      (self.title, self.x, self.y, self.series, self.rules) = (title, x, y, series, rules)
    }
  }

  /// What an axis is called and how numbers lie on it.
  public struct Axis: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
      case linear, logarithmic
      /// Names at 0, 1, 2, ...; on the y axis from the top.
      case names([String])
    }
    /// With the unit, if there is one.
    public var label: String
    public var kind: Kind
    /// Nil takes what the series need.
    public var range: ClosedRange<Double>?

    public init(_ label: String, _ kind: Kind = .linear, in range: ClosedRange<Double>? = nil) {
      (self.label, self.kind, self.range) = (label, kind, range)
    }
  }

  /// Points that belong together.
  public struct Series: Sendable, Equatable {
    public enum Style: Sendable, Equatable { case line, dashed, dotted, points, pointsAndLine }
    /// What the uncertainty of the points, if they have one, is of and looks like.
    public enum Uncertainty: Sendable, Equatable { case band, vertical, horizontal }
    public struct Point: Sendable, Equatable {
      public var x, y: Double
      public var low, high: Double?

      public init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
        (self.x, self.y, self.low, self.high) = (x, y, low, high)
      }
    }
    /// For the legend; empty is left out of it.
    public var name: String
    public var style: Style
    public var uncertainty: Uncertainty
    public var points: [Point]
    /// An index into the palette and the markers; nil takes the series' own place in the panel.
    public var look: Int?

    public init(
      _ name: String, _ style: Style = .line, _ points: [Point], uncertainty: Uncertainty = .band,
      look: Int? = nil
    ) {
      (self.name, self.style, self.points) = (name, style, points)
      (self.uncertainty, self.look) = (uncertainty, look)
    }
  }

  /// A straight line across the panel: a limit or a prediction.
  public struct Rule: Sendable, Equatable {
    public enum Place: Sendable, Equatable {
      case x(Double)
      case y(Double)
    }
    public var place: Place
    public var label: String
    /// Whether the label stands at the axis' beginning: left, or at the bottom.
    public var isAtStart: Bool

    public init(_ place: Place, _ label: String, atStart isAtStart: Bool = false) {
      (self.place, self.label, self.isAtStart) = (place, label, isAtStart)
    }
  }
}

extension Figure {
  /// The figure as an SVG document.
  public var svg: String { drawing.svg }
}
