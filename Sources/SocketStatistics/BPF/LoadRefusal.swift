// SPDX-License-Identifier: Apache-2.0

#if BPF
internal import CBPFLoader
internal import Glibc
internal import SystemPackage

/// Why a BPF program could not be loaded, as the loader reports it.
typealias LoadFailure = CallFailure<cbl_failure>

extension LoadFailure {
    /// Trying again cannot help.
    var isPermanent: Bool {
        [CBL_NO_TYPES, CBL_NOT_PERMITTED, CBL_NOT_LOADABLE].contains(reason)
    }

    /// The failure as a source's error.
    var sourceError: SourceError {
        switch reason {
        case CBL_NO_TYPES:
            SourceError(
                .unavailable, errno: errno,
                "the kernel does not describe its types (/sys/kernel/btf/vmlinux: \(why)): it needs CONFIG_DEBUG_INFO_BTF"
            )
        case CBL_NOT_PERMITTED, CBL_NOT_LOADABLE:
            LoadRefusal(errno, .current).sourceError
        default:
            SourceError(.systemCallFailed, errno: errno, "\(call ?? "a system call") failed: \(why)")
        }
    }
}

/// What decides whether a BPF program may be loaded, as far as a process can see it. Nil is what it cannot see.
struct LoadConditions: Equatable {
    /// CAP_SYS_ADMIN, or both CAP_BPF and CAP_PERFMON.
    var hasCapabilities: Bool?
    /// The user namespace is the first one: BPF knows capabilities of no other.
    var isInitialUserNamespace: Bool?
    /// A seccomp filter is in force.
    var hasSeccompFilter: Bool?
    /// The word that /sys/kernel/security/lockdown marks.
    var lockdown: String?
    /// What net.core.bpf_jit_enable says.
    var isJITEnabled: Bool?
    var kernel: KernelVersion?
}

/// The first two numbers of a kernel's version.
struct KernelVersion: Comparable {
    var major: Int
    var minor: Int

    static func < (left: KernelVersion, right: KernelVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

/// Why the kernel refused the BPF program: the likeliest reason that can be seen.
struct LoadRefusal {
    /// The kernel's number for what it does not support: a call of a kernel function without the JIT among others.
    static let notSupported = Errno(rawValue: 524)

    let errno: Errno?
    let conditions: LoadConditions

    init(_ errno: Errno?, _ conditions: LoadConditions) {
        self.errno = errno
        self.conditions = conditions
    }

    var sourceError: SourceError {
        let why =
            errno == Self.notSupported ? "operation is not supported" : errno.map { "\($0)" } ?? "unknown error"
        return SourceError(.unavailable, errno: errno, "\(verb) (\(why)): \(reason)")
    }

    private var isPermission: Bool {
        [.notPermitted, .permissionDenied, .noFunction].contains(errno)
    }

    private var verb: String {
        isPermission ? "loading a BPF program is not permitted" : "the kernel does not take the BPF program"
    }

    private var reason: String {
        if isPermission && conditions.isInitialUserNamespace == false {
            return
                "this process is in a user namespace of its own, and BPF needs the first one (systemd: PrivateUsers=no)"
        }
        if isPermission && conditions.hasCapabilities == false {
            return "run as root or with CAP_BPF and CAP_PERFMON"
        }
        if conditions.lockdown == "confidentiality" {
            return
                "kernel lockdown is in the mode confidentiality, in which no BPF program may read the kernel's memory"
        }
        if let kernel = conditions.kernel, kernel < KernelVersion(major: 5, minor: 17) {
            return "it needs Linux 5.17 or later, and this is \(kernel.major).\(kernel.minor)"
        }
        if !isPermission && (conditions.isJITEnabled == false || errno == Self.notSupported) {
            return "the BPF JIT compiler is off (sysctl net.core.bpf_jit_enable=1 switches it on)"
        }
        if isPermission && conditions.hasSeccompFilter == true {
            return
                "a seccomp filter is in force: it must let the call bpf(2) through (systemd: SystemCallFilter=bpf)"
        }
        if isPermission {
            return "a security module or kernel.unprivileged_bpf_disabled may forbid it, see the kernel's log"
        }
        if errno == .noSuchProcess {
            // What libbpf says where it cannot read the kernel's BTF.
            return
                "the kernel's BTF (/sys/kernel/btf/vmlinux) could not be read: it is missing, or too large for the address space "
                + "(ulimit -v, LimitAS of systemd)"
        }
        if errno == .noMemory {
            return "raise the limit of memory or of address space (ulimit -v, LimitAS and MemoryMax of systemd)"
        }
        return
            "it needs Linux 5.17 or later with its verifier's consent; please report this with the kernel's version"
    }
}

extension LoadConditions {
    private static let systemAdministration = 21
    private static let performanceMonitoring = 38
    private static let bpf = 39

    /// Those of the calling thread.
    static var current: LoadConditions {
        LoadConditions(
            status: text("/proc/thread-self/status"), userMap: text("/proc/thread-self/uid_map"),
            lockdown: text("/sys/kernel/security/lockdown"), jit: text("/proc/sys/net/core/bpf_jit_enable"),
            release: text("/proc/sys/kernel/osrelease"))
    }

    /// - Parameters: the contents of the files that say it; nil for those that cannot be read.
    init(status: String?, userMap: String?, lockdown: String?, jit: String?, release: String?) {
        let capabilities = Self.field("CapEff", of: status).flatMap { UInt64($0, radix: 16) }
        hasCapabilities = capabilities.map { set in
            func has(_ capability: Int) -> Bool { set & 1 << UInt64(capability) != 0 }
            return has(Self.systemAdministration) || has(Self.bpf) && has(Self.performanceMonitoring)
        }
        hasSeccompFilter = Self.field("Seccomp", of: status).map { $0 == "2" }
        isInitialUserNamespace = userMap.map { map in
            map.split(whereSeparator: \.isWhitespace).map(String.init) == ["0", "0", "\(UInt32.max)"]
        }
        self.lockdown = lockdown?.split(whereSeparator: \.isWhitespace)
            .first { $0.hasPrefix("[") && $0.hasSuffix("]") && $0.count > 2 }
            .map { String($0.dropFirst().dropLast()) }
        isJITEnabled = jit.flatMap { Int($0.filter { !$0.isWhitespace }) }.map { $0 != 0 }
        let numbers = release?.split(separator: ".").prefix(2).compactMap { part in
            Int(part.prefix { $0.isASCII && $0.isNumber })
        }
        if let numbers, numbers.count == 2 {
            kernel = KernelVersion(major: numbers[0], minor: numbers[1])
        }
    }

    private static func field(_ name: String, of status: String?) -> String? {
        let line = status?.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.map(String.init)
    }

    private static func text(_ path: FilePath) -> String? {
        try? ShortFile.text(path)
    }
}
#endif
