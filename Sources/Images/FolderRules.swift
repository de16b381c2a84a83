package import SiamFiles

/// Which names of a folder a walk leaves out, and whether it follows links out of the folder.
package struct FolderRules: Sendable, Equatable {
  /// Whether links to places outside the folder are followed.
  package var followsLinks: Bool
  /// What is left out besides `system`.
  package var excluded: [NamePattern]

  package init(followsLinks: Bool = false, excluded: [NamePattern] = []) {
    (self.followsLinks, self.excluded) = (followsLinks, excluded)
  }

  /// The folders that file systems, network storage, desktops and archivers keep for themselves: thumbnails, deleted and
  /// salvaged files.
  package static let system: Set = [
    "@eaDir", ".thumbnails", "lost+found", "__MACOSX", "$RECYCLE.BIN", "RECYCLER",
    "System Volume Information",
    "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", ".@__thumb", ".Trashes",
    "Network Trash Folder",
    "Temporary Items", ".AppleDouble", ".ipynb_checkpoints", "__pycache__",
  ]

  /// The reason for leaving a name out: the pattern that it fits, or its own name; nil for a name that is walked.
  func exclusion(of name: String, path: String) -> String? {
    if Self.system.contains(name) { return name }
    return excluded.first { $0.matches(name: name, path: path) }?.text
  }
}
