package import SiamTensors

/// What a method needs of each image.
package struct ViewRequest: Sendable, Equatable {
  /// Views handed over one by one.
  package var views = 2
  /// Further views of which only the mean is handed over; none where it is 0.
  package var averaged = 0

  package init(views: Int = 2, averaged: Int = 0) { (self.views, self.averaged) = (views, averaged) }
}

/// A batch as a method gets it.
package struct ViewBatch: Sendable {
  /// (N, size, size, 3) each, normalised: views 0, 1, … of the images.
  package let views: [Tensor]
  /// The mean of further views of each image, the same shape; nil where none was asked for.
  package let mean: Tensor?
  /// Which images they are, by their index in the store.
  package let indices: [Int]

  package init(views: [Tensor], mean: Tensor? = nil, indices: [Int]) {
    (self.views, self.mean, self.indices) = (views, mean, indices)
  }
}
