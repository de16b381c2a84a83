import SiamDatasets
import SiamFeatures
import SiamMethods
import SiamTraining

extension FeatureElement: ArgumentChoice {}

/// What `siam export` makes of the encoder's vectors before it writes them.
struct FeatureForm {
  let element: FeatureElement
  let normalizes: Bool
  /// The number of principal components to keep.
  let components: Int?
  /// The pictures that they are fitted to; nil for those that are exported.
  let fitted: String?

  init(_ arguments: inout Arguments) throws(UsageError) {
    element = try arguments.option("--dtype", default: .float32, help: "the numbers to write")
    normalizes = arguments.flag("--normalize", help: "scale each vector to length 1")
    components = try arguments.option(
      "--pca", value: "N", otherwise: "the whole vectors", in: .from(1, through: PrincipalComponents.mostFew),
      help:
        "shorten the vectors to N principal components, before --normalize; they are kept beside the features"
    )
    fitted = try arguments.option(
      "--pca-on", value: "ROOT", as: String.self, otherwise: "ROOT",
      help: "the pictures that the components are fitted to")
    if fitted != nil, components == nil { throw UsageError("--pca-on needs --pca") }
  }

  /// The components of some vectors.
  ///
  /// - Throws: `UsageError` if there are not so many.
  func principalComponents(of table: FeatureTable) throws(UsageError) -> PrincipalComponents? {
    guard let components else { return nil }
    let most = min(table.dimension, table.count - 1, PrincipalComponents.mostFew)
    guard components <= most else {
      throw UsageError(
        "--pca \(components): \(table.count) vectors of \(table.dimension) numbers have at most \(most) components"
      )
    }
    return PrincipalComponents(components, of: table)
  }

  /// The vectors as they are written.
  func applied(to table: FeatureTable, by components: PrincipalComponents?) -> FeatureTable {
    let short = components.map { table.projected(on: $0) } ?? table
    return normalizes ? short.normalized() : short
  }

  /// What was made, for the line that says what was written: ", 64 principal components, of length 1, float16".
  var description: String {
    (components.map { ", \($0) principal components" } ?? "") + (normalizes ? ", of length 1" : "")
      + (element == .float32 ? "" : ", \(element.rawValue)")
  }
}
