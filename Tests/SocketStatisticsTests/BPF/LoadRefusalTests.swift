// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SocketStatistics

/// Why the kernel did not take the program, told from what can be seen.
struct LoadRefusalTests {
    private static let root = LoadConditions(
        status: "Name:\tx\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n", userMap: "         0          0 4294967295\n",
        lockdown: "[none] integrity confidentiality\n", jit: "1\n", release: "6.12.1-cloud-amd64\n")

    private static func changed(_ change: (inout LoadConditions) -> Void) -> LoadConditions {
        var conditions = root
        change(&conditions)
        return conditions
    }

    @Test(arguments: [
        (Errno.notPermitted, changed { $0.hasCapabilities = false }, "CAP_BPF and CAP_PERFMON"),
        (.notPermitted, changed { $0.isInitialUserNamespace = false }, "user namespace"),
        (.notPermitted, changed { $0.hasSeccompFilter = true }, "seccomp"),
        (.noFunction, changed { $0.hasSeccompFilter = true }, "seccomp"),
        (.notPermitted, changed { $0.lockdown = "confidentiality" }, "lockdown"),
        (.invalidArgument, changed { $0.lockdown = "confidentiality" }, "lockdown"),
        (.permissionDenied, root, "security module"),
        (
            .invalidArgument, changed { $0.kernel = KernelVersion(major: 5, minor: 10) },
            "5.17 or later, and this is 5.10"
        ),
        (LoadRefusal.notSupported, root, "bpf_jit_enable"),
        (.invalidArgument, changed { $0.isJITEnabled = false }, "bpf_jit_enable"),
        (.noSuchProcess, root, "/sys/kernel/btf/vmlinux"),
        (.noSuchProcess, changed { $0.kernel = KernelVersion(major: 5, minor: 10) }, "this is 5.10"),
        (.noMemory, root, "ulimit -v"),
        (.invalidArgument, root, "please report"),
    ])
    func theReasonIsNamed(_ errno: Errno, _ conditions: LoadConditions, _ reason: String) {
        let error = LoadRefusal(errno, conditions).sourceError
        #expect(error.code == .unavailable)
        #expect(error.errno == errno)
        #expect(error.description.contains(reason), "\(error)")
    }

    @Test func conditionsAreRead() {
        #expect(Self.root.hasCapabilities == true)
        #expect(Self.root.isInitialUserNamespace == true)
        #expect(Self.root.hasSeccompFilter == false)
        #expect(Self.root.lockdown == "none")
        #expect(Self.root.isJITEnabled == true)
        #expect(Self.root.kernel == KernelVersion(major: 6, minor: 12))
    }

    @Test(arguments: [
        ("0000000000200000", true), ("000000c000000000", true), ("0000008000000000", false),
        ("0000004000000000", false), ("0000000000000000", false), ("x", nil),
    ])
    func capabilitiesSuffice(_ set: String, _ suffice: Bool?) {
        let conditions = LoadConditions(
            status: "CapEff:\t\(set)\n", userMap: nil, lockdown: nil, jit: nil, release: nil)
        #expect(conditions.hasCapabilities == suffice)
    }

    @Test(arguments: [nil, "", "\n", "x", "6", "a.b", "[", "]", "[]"])
    func whatCannotBeReadIsUnknown(_ text: String?) {
        let conditions = LoadConditions(status: text, userMap: nil, lockdown: text, jit: text, release: text)
        #expect(conditions.hasCapabilities == nil)
        #expect(conditions.hasSeccompFilter == nil)
        #expect(conditions.isInitialUserNamespace == nil)
        #expect(conditions.lockdown == nil)
        #expect(conditions.kernel == nil)
    }

    @Test func thisProcessesOwnCanBeRead() {
        #expect(LoadConditions.current.hasCapabilities != nil)
        #expect(LoadConditions.current.kernel != nil)
    }
}
