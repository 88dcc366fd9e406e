// SPDX-License-Identifier: Apache-2.0

/// The innermost container and pod on the path of a cgroup.
struct CgroupContainers {
    private(set) var container: String?
    private(set) var pod: String?
    /// Whether the directory is below the kubelet's cgroup of all pods, and not in a container there.
    private var isInKubepods = false
    private var parent: Substring.UTF8View?

    /// - Parameter directories: the names on the path, from the root.
    init(_ directories: [Substring.UTF8View]) {
        for (index, directory) in directories.enumerated() {
            let child = index + 1 < directories.count ? directories[index + 1] : nil
            // A runtime that does not use systemd creates a directory of the SLICE:PREFIX:ID that is meant for systemd.
            let parts = directory.split(
                separator: UInt8(ascii: ":"), maxSplits: 3, omittingEmptySubsequences: false)
            if parts.count == 3 {
                enter(parts[0], child: nil)
                if !parts[1].isMonitorPrefix, parts[2].isContainerID {
                    enterContainer(parts[2])
                }
            } else {
                enter(directory, child: child)
            }
            parent = directory
        }
    }

    private mutating func enter(_ directory: Substring.UTF8View, child: Substring.UTF8View?) {
        let name = directory.before(".slice") ?? directory
        let parts = name.split(separator: UInt8(ascii: "-"))
        isInKubepods = isInKubepods || parts.contains { $0.equals("kubepods") }
        if let pod = isInKubepods ? Self.kubernetesPod(name) : nil {
            enterPod(pod)
        } else if let pod = Self.podmanPod(directory, parent: parent) {
            enterPod(String(Substring(pod)))
        } else if let container = Self.identifiedContainer(directory) {
            enterContainer(container)
        } else if let container = linuxContainer(directory, child: child) {
            enterContainer(container)
        } else if let machine = machine(directory, child: child) {
            enterContainer(machine)
        }
    }

    private mutating func enterPod(_ pod: String) {
        self.pod = pod
        // What is around a pod, a node of kind for instance, is not a container of it.
        container = nil
    }

    private mutating func enterContainer(_ name: Substring.UTF8View) {
        container = String(Substring(name))
        isInKubepods = false
    }
}

// MARK: - Pods

extension CgroupContainers {
    /// The uid in `pod3d274242-8ee0-11e9-a8a6-1e68d864ef1a`, or at the end of `kubepods-burstable-pod3d274242_8ee0_…`:
    /// a minus in the name of a slice is a level of the hierarchy.
    private static func kubernetesPod(_ name: Substring.UTF8View) -> String? {
        for length in [36, 32] where name.count > length {
            let uid = name.suffix(length)
            guard let around = name.dropLast(length).before("pod"), around.isEmpty || around.last == UInt8(ascii: "-")
            else { continue }
            if length == 32 ? uid.allSatisfy(\.isHexadecimal) : uid.isUUID {
                return String(decoding: uid.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
            }
        }
        return nil
    }

    /// The id in `machine-libpod_pod_ID.slice` and in `libpod_parent/ID`.
    private static func podmanPod(
        _ directory: Substring.UTF8View, parent: Substring.UTF8View?
    ) -> Substring.UTF8View? {
        if parent?.equals("libpod_parent") == true {
            return directory.isContainerID ? directory : nil
        }
        guard let name = directory.before(".slice"), name.dropLast(64).before("-libpod_pod_") != nil else { return nil }
        let id = name.suffix(64)
        return id.isContainerID ? id : nil
    }
}

// MARK: - Containers

extension CgroupContainers {
    /// The id in `ID`, `docker-ID.scope`, `crio-ID`, `libpod-ID` and `libpod-payload-ID`.
    ///
    /// Any prefix of a scope is accepted, since each runtime has its own: docker, cri-containerd, crio, libpod, nerdctl
    /// and others. Without a scope only CRI-O and podman use a prefix.
    private static func identifiedContainer(_ directory: Substring.UTF8View) -> Substring.UTF8View? {
        if directory.isContainerID {
            return directory
        }
        let scope = directory.before(".scope")
        let name = scope ?? directory
        let id = name.suffix(64)
        guard id.isContainerID, let prefix = name.dropLast(64).before("-"), !prefix.isEmpty, !prefix.isMonitorPrefix
        else { return nil }
        let isKnown = ["crio", "libpod", "libpod-payload"].contains { prefix.equals($0) }
        return scope != nil || isKnown ? id : nil
    }

    /// The name of a container of LXC: of `lxc.payload.NAME`, before liblxc 4 `lxc.payload/NAME` and `lxc/NAME`. With
    /// `lxc.cgroup.pattern = lxc/%n` the last has `payload` and `monitor` below it.
    ///
    /// If a directory is left over, liblxc appends `-1` to the name, which cannot be told from a name that ends so.
    private func linuxContainer(
        _ directory: Substring.UTF8View, child: Substring.UTF8View?
    ) -> Substring.UTF8View? {
        if let name = directory.after("lxc.payload.") {
            return name.isMachineName ? name : nil
        }
        guard let parent, directory.isMachineName else { return nil }
        if parent.equals("lxc.payload") {
            return directory
        }
        // With `lxc.cgroup.dir = lxc`, "lxc" has `lxc.payload.NAME` and `lxc.monitor.NAME` below it.
        guard parent.equals("lxc"), directory.after("lxc.") == nil,
            child?.equals("monitor") != true
        else { return nil }
        return directory
    }

    /// The name of a container of systemd-nspawn, whose directory is `machine.slice/machine-NAME.scope`, or `payload`
    /// below `systemd-nspawn@NAME.service`.
    ///
    /// A scope can also be a virtual machine: those of libvirt, `qemu-…`, are left out, others are not told apart.
    private func machine(_ directory: Substring.UTF8View, child: Substring.UTF8View?) -> Substring.UTF8View? {
        guard let parent else { return nil }
        if directory.equals("payload") {
            let name = parent.after("systemd-nspawn@")?.before(".service")
            return name?.isMachineName == true ? name : nil
        }
        guard parent.equals("machine.slice"), child?.equals("supervisor") != true,
            let escaped = directory.after("machine-")?.before(".scope"),
            let name = escaped.withoutUnitEscapes, name.isMachineName, name.after("qemu-") == nil
        else { return nil }
        return name
    }
}

extension Substring.UTF8View {
    /// Whether it is the id of a container: 64 hexadecimal digits.
    fileprivate var isContainerID: Bool { count == 64 && allSatisfy(\.isHexadecimal) }

    /// Whether it is the prefix of a process that watches a container: `crio-conmon`, `libpod-conmon`.
    fileprivate var isMonitorPrefix: Bool { equals("conmon") || before("-conmon") != nil }

    /// Whether it is a UUID, with minus signs or with the underscores that replace them in the name of a slice.
    fileprivate var isUUID: Bool {
        count == 36
            && enumerated().allSatisfy { place, byte in
                [8, 13, 18, 23].contains(place)
                    ? byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") : byte.isHexadecimal
            }
    }

    /// Whether it can name a machine or a container of LXC.
    fileprivate var isMachineName: Bool {
        (1...255).contains(count) && allSatisfy { $0.isLetterOrDigit || "-_.".utf8.contains($0) }
    }

    /// What systemd escaped to make it a part of a unit's name: `my\x2dbox` is `my-box`. Nil where that is no name: a
    /// minus of a unit's name stands for a slash.
    fileprivate var withoutUnitEscapes: Substring.UTF8View? {
        var bytes: [UInt8] = []
        var rest = self
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "-"):
                return nil
            case UInt8(ascii: "\\"):
                guard let code = rest.after("x")?.prefix(2), code.count == 2, code.allSatisfy(\.isHexadecimal),
                    let value = UInt8(String(Substring(code)), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(3)
            default:
                bytes.append(byte)
            }
        }
        return Substring(String(decoding: bytes, as: UTF8.self)).utf8
    }
}
