/// An array of Floats with a shape; the last axis is contiguous.
///
/// Images and activations have the shape (N, H, W, C), matrices (rows, columns). A tensor is a value: a copy shares memory
/// until one of the two changes.
package struct Tensor: Sendable {
  /// The lengths of the axes; at least one axis.
  package let shape: [Int]
  /// The elements, shared with copies of this tensor: write only into that of `unique()`.
  package private(set) var buffer: Buffer

  /// The number of elements, the product of the shape.
  package var count: Int { buffer.count }
  /// The length of the last axis: channels, or columns.
  package var channels: Int { shape[shape.count - 1] }
  /// The number of runs along the last axis: all pixels of a batch, or the rows of a matrix.
  package var rows: Int { channels == 0 ? 0 : count / channels }

  /// A tensor with arbitrary elements, to be overwritten.
  package init(uninitialized shape: [Int]) {
    precondition(!shape.isEmpty && shape.allSatisfy { $0 >= 0 }, "a tensor of shape \(shape)")
    self.shape = shape
    buffer = Buffer(count: shape.reduce(1, *))
  }

  /// A tensor of zeros.
  package init(zeros shape: [Int]) {
    self.init(uninitialized: shape)
    unsafe buffer.base.update(repeating: 0, count: count)
  }

  /// A tensor with these elements, the last axis contiguous.
  ///
  /// - Precondition: the number of values is the product of the shape.
  package init(_ shape: [Int], _ values: [Float]) {
    self.init(uninitialized: shape)
    precondition(values.count == count, "\(values.count) values for shape \(shape)")
    unsafe values.withUnsafeBufferPointer { from in
      if let from = from.baseAddress { unsafe buffer.base.update(from: from, count: count) }
    }
  }

  /// The same elements with another shape.
  ///
  /// - Precondition: both shapes have the same number of elements.
  package func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "\(self.shape) cannot become \(shape)")
    return Tensor(shape: shape, buffer: buffer)
  }

  /// A tensor over a buffer, which is not copied.
  ///
  /// - Precondition: the length of the buffer is the product of the shape.
  package init(shape: [Int], buffer: Buffer) {
    precondition(shape.reduce(1, *) == buffer.count, "\(buffer.count) floats for shape \(shape)")
    (self.shape, self.buffer) = (shape, buffer)
  }

  /// The elements as an array; getting and setting copy them all.
  package var values: [Float] {
    get {
      unsafe [Float](unsafeUninitializedCapacity: count) { to, filled in
        if let start = to.baseAddress { unsafe start.update(from: buffer.base, count: count) }
        filled = count
      }
    }
    set { self = Tensor(shape, newValue) }
  }

  /// Reads the elements in place.
  package func withSpan<Result>(_ body: (Span<Float>) -> Result) -> Result {
    let elements = unsafe UnsafeBufferPointer(start: buffer.base, count: count)
    return unsafe body(elements.span)
  }

  /// Changes the elements in place, after copying them if they are shared.
  package mutating func withMutableSpan<Result>(_ body: (inout MutableSpan<Float>) -> Result) -> Result {
    let elements = unsafe UnsafeMutableBufferPointer(start: unique().base, count: count)
    var span = unsafe elements.mutableSpan
    return body(&span)
  }

  /// The buffer to write into, after copying it if it is shared.
  package mutating func unique() -> Buffer {
    if !isKnownUniquelyReferenced(&buffer) { buffer = Buffer(copying: buffer) }
    return buffer
  }
}
