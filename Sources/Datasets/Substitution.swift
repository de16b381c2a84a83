/// Which images are drawn in place of those of a batch that are lost.
///
/// Row by row a lost image gives its place to the first spare image that is neither lost nor in the batch already; when there
/// are no more, to the next image of the batch itself that is not lost, which is then in it twice. The spare images of a step
/// are those of the epoch's order behind the batch, and then those before it. So the choice follows from the order and from
/// which images are lost, not from when that was found; and every other image keeps its place, its step and its chance.
struct Substitution {
  let indices: [Int]

  init(of batch: [Int], in store: ImageStore, by spare: [Int]) {
    let lost = batch.map(store.isLost)
    var taken = Set(zip(batch, lost).filter { !$0.1 }.map(\.0))
    var (indices, next) = (batch, 0)
    for row in batch.indices where lost[row] {
      while next < spare.count, taken.contains(spare[next]) || store.isLost(spare[next]) { next += 1 }
      if next < spare.count {
        indices[row] = spare[next]
        taken.insert(spare[next])
      } else if let step = (1..<batch.count).first(where: { !lost[(row + $0) % batch.count] }) {
        indices[row] = batch[(row + step) % batch.count]
      }
    }
    self.indices = indices
  }
}
