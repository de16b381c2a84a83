import CSiamKernels
import SiamFiles

/// The processors that this process may use: those that are online, less what its CPU affinity and the quotas of its control
/// groups take away.
package struct Processors: Sendable, Equatable {
  /// The processors that are online, and those among them that the affinity allows; at least 1.
  package let online, allowed: Int
  /// The processors' worth of time that the control groups allow; nil where they set no quota.
  package let quota: Double?

  /// What the system says now; nothing changes it later.
  package static let available = Processors()

  package init(online: Int, allowed: Int, quota: Double?) {
    (self.online, self.allowed, self.quota) = (max(1, online), max(1, allowed), quota)
  }

  private init() {
    let mounts = (try? readFile("/proc/self/mountinfo", limit: 1 << 24)).map {
      String(decoding: $0, as: UTF8.self)
    }
    let groups = (try? readFile("/proc/self/cgroup", limit: 1 << 20)).map {
      String(decoding: $0, as: UTF8.self)
    }
    self.init(
      online: Int(ck_online_processors()), allowed: Int(ck_allowed_processors()),
      quota: ControlGroups(mounts: mounts ?? "", memberships: groups ?? "") { path in
        (try? readFile(path, limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
      }.processors)
  }

  /// The number of threads that can run at once; a part of a processor counts as one.
  package var count: Int {
    min(online, allowed, quota.map { max(1, Int(min($0, 1e6).rounded(.up))) } ?? .max)
  }

  /// Why fewer threads run than there are processors: "of 8 processors the CPU affinity allows 2"; nil when all do.
  package var limitation: String? {
    guard count < online else { return nil }
    let some = "of \(online) processors "
    if allowed <= count { return some + "the CPU affinity allows \(allowed)" }
    return some + "the control group's quota allows \(decimal(quota ?? 0, places: 2))"
  }
}

/// The control groups that a process is in, with their quotas of processor time.
///
/// Source: Linux, Documentation/admin-guide/cgroup-v2.rst (cpu.max) and scheduler/sched-bwc.rst (version 1).
struct ControlGroups {
  /// The text of /proc/self/mountinfo, and of /proc/self/cgroup.
  let mounts, memberships: String
  /// The content of a file; nil where there is none.
  let read: (String) -> String?

  /// The least quota of all groups that the process is in, from its own up to the root, in processors; nil without any.
  var processors: Double? {
    var least: Double?
    for (folder, top, isUnified) in folders {
      var path = folder
      while true {
        if let quota = isUnified ? quota(unified: path) : quota(first: path) {
          least = min(least ?? quota, quota)
        }
        guard path != top, path.count > top.count, let slash = path.lastIndex(of: "/") else { break }
        path = String(path[..<slash])
      }
    }
    return least
  }

  /// The process's own folder in each mounted hierarchy that may bound processor time, and the folder that it is mounted at.
  private var folders: [(path: String, top: String, isUnified: Bool)] {
    mounts.split(separator: "\n").compactMap { line in
      // "30 23 0:26 /root /sys/fs/cgroup/cpu rw,nosuid - cgroup cgroup rw,cpu,cpuacct"
      let words = line.split(separator: " ")
      guard words.count > 6, let dash = words.firstIndex(of: "-"), dash + 3 < words.count else { return nil }
      let isUnified = words[dash + 1] == "cgroup2"
      guard
        isUnified || (words[dash + 1] == "cgroup" && words[dash + 3].split(separator: ",").contains("cpu"))
      else { return nil }
      guard let group = membership(isUnified: isUnified) else { return nil }
      let (root, top) = (String(words[3]), Self.unescaped(words[4]))
      // Inside a container the group may be named as the host sees it; the mount then shows the group itself.
      let isBelow = root == "/" || group == root || group.hasPrefix(root + "/")
      var rest = isBelow ? String(group.dropFirst(root == "/" ? 0 : root.count)) : ""
      if rest == "/" { rest = "" }
      return (top + rest, top, isUnified)
    }
  }

  /// The path of the process's group: in "0::/a" for the unified hierarchy, in "4:cpu,cpuacct:/a" for the first version.
  private func membership(isUnified: Bool) -> String? {
    for line in memberships.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if isUnified ? parts[0] == "0" && parts[1].isEmpty : parts[1].split(separator: ",").contains("cpu") {
        return String(parts[2])
      }
    }
    return nil
  }

  /// "150000 100000" is one and a half processors; "max 100000" is no quota.
  private func quota(unified folder: String) -> Double? {
    let words = read(folder + "/cpu.max")?.split(whereSeparator: \.isWhitespace) ?? []
    return words.count == 2 ? Self.share(words[0], of: words[1]) : nil
  }

  private func quota(first folder: String) -> Double? {
    guard let quota = read(folder + "/cpu.cfs_quota_us"), let period = read(folder + "/cpu.cfs_period_us")
    else {
      return nil
    }
    return Self.share(quota.prefix { !$0.isNewline }, of: period.prefix { !$0.isNewline })
  }

  private static func share(_ quota: Substring, of period: Substring) -> Double? {
    guard let quota = Double(quota), let period = Double(period), quota > 0, period > 0 else { return nil }
    return quota / period
  }

  /// A path of mountinfo, where a blank is "\040".
  private static func unescaped(_ path: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == 0x5C, rest.count >= 3,
        let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
      {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
