public import Tensors

/// What a method needs of each picture.
public struct ViewRequest: Sendable, Equatable {
  /// Views handed over one by one.
  public var views = 2
  /// Further views of which only the mean is handed over; none where it is 0.
  public var averaged = 0

  public init(views: Int = 2, averaged: Int = 0) { (self.views, self.averaged) = (views, averaged) }
}

/// A batch as a method gets it.
public struct ViewBatch: Sendable {
  /// (N, size, size, 3) each, normalised: views 0, 1, … of the pictures.
  public let views: [Tensor]
  /// The mean of further views of each picture, the same shape; nil where none was asked for.
  public let mean: Tensor?
  /// Which pictures they are, as places in the store.
  public let places: [Int]

  public init(views: [Tensor], mean: Tensor? = nil, places: [Int]) {
    (self.views, self.mean, self.places) = (views, mean, places)
  }
}
