import Testing

@testable import SiamTensors

@Suite struct ProcessorsTests {
  private func quota(_ mounts: String, _ groups: String, _ files: [String: String]) -> Double? {
    ControlGroups(mounts: mounts, memberships: groups) { files[$0] }.processors
  }
  private let unified = "41 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n"
  private let first = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct\n"

  @Test(
    "affinity and quota bound the number of threads, a part of a processor counts as one",
    arguments: [
      (8, 8, nil, 8, nil), (8, 3, nil, 3, "of 8 processors the CPU affinity allows 3"),
      (8, 8, 2.0, 2, "of 8 processors the control group's quota allows 2.00"),
      (8, 8, 1.5, 2, "of 8 processors the control group's quota allows 1.50"),
      (8, 2, 3.0, 2, "of 8 processors the CPU affinity allows 2"),
      (8, 8, 0.1, 1, "of 8 processors the control group's quota allows 0.10"),
      (8, 8, 1e30, 8, nil), (1, 1, 0.5, 1, nil), (0, 0, nil, 1, nil),
    ] as [(Int, Int, Double?, Int, String?)])
  func bounds(online: Int, allowed: Int, quota: Double?, count: Int, text: String?) {
    let processors = Processors(online: online, allowed: allowed, quota: quota)
    #expect(processors.count == count)
    #expect(processors.limitation == text)
  }

  @Test func `the machine has processors, and the default is what it allows`() {
    #expect(Processors.available.count >= 1)
    #expect(Processors.available.count <= Processors.available.online)
  }

  @Test func `version 2: the least quota from the own group up to the root`() {
    let files = [
      "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n", "/sys/fs/cgroup/a/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/cpu.max": "400000 100000\n",
    ]
    #expect(quota(unified, "0::/a/b\n", files) == 1.5)
    #expect(quota(unified, "0::/\n", files) == 4)
    #expect(quota(unified, "0::/c\n", [:]) == nil)
    #expect(quota(unified, "0::/a/b\n", ["/sys/fs/cgroup/a/b/cpu.max": "max 100000\n"]) == nil)
  }

  @Test func `version 1: quota over period, -1 is none`() {
    let folder = "/sys/fs/cgroup/cpu,cpuacct/job"
    func files(_ quota: String) -> [String: String] {
      [folder + "/cpu.cfs_quota_us": quota + "\n", folder + "/cpu.cfs_period_us": "50000\n"]
    }
    let groups = "9:name=systemd:/x\n4:cpu,cpuacct:/job\n0::/\n"
    #expect(quota(first, groups, files("25000")) == 0.5)
    #expect(quota(first, groups, files("-1")) == nil)
    #expect(quota(first, "4:cpuset:/job\n", files("25000")) == nil)
  }

  @Test func `in a container the group is named as the host sees it, and the mount is the group`() {
    let mounts = "50 49 0:26 /docker/ab /sys/fs/cgroup/cpu ro,nosuid - cgroup cgroup rw,cpu\n"
    let files = [
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "200000\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    ]
    #expect(quota(mounts, "4:cpu:/docker/ab\n", files) == 2)
    #expect(quota(mounts, "4:cpu:/\n", files) == 2)
    let blank = "50 49 0:26 / /my\\040groups rw - cgroup2 none rw\n"
    #expect(quota(blank, "0::/\n", ["/my groups/cpu.max": "100000 100000"]) == 1)
  }

  @Test(
    "what makes no sense sets no quota",
    arguments: ["", "max", "0 100000", "100000 0", "-5 100000", "a b", "1 2 3"])
  func nonsense(text: String) {
    #expect(quota(unified, "0::/\n", ["/sys/fs/cgroup/cpu.max": text]) == nil)
    #expect(quota("nonsense - \n - cgroup2\n", "nonsense\n::\n", [:]) == nil)
  }
}
