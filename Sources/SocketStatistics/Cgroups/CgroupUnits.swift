// SPDX-License-Identifier: Apache-2.0

/// The systemd units on the path of a cgroup.
struct CgroupUnits {
    /// The unit of the system's service manager.
    let unit: String?
    /// The unit of a user's service manager, which runs in ``unit``.
    let userUnit: String?

    /// - Parameter directories: the names on the path, from the root.
    init(_ directories: [Substring.UTF8View]) {
        let (system, below) = Self.unit(in: directories[...])
        unit = system?.text
        userUnit = system?.isUserManager == true ? Self.unit(in: below).unit?.text : nil
    }

    /// The unit at the beginning of what a service manager created, and what its processes created below it.
    ///
    /// Only slices contain units. A directory that is not named like a unit ends the search, since the manager did not
    /// create what is below it.
    private static func unit(
        in directories: ArraySlice<Substring.UTF8View>
    ) -> (unit: UnitName?, below: ArraySlice<Substring.UTF8View>) {
        var slice: UnitName?
        for (index, directory) in zip(directories.indices, directories) {
            guard let unit = UnitName(directory: directory) else { break }
            guard unit.kind == .slice else { return (unit, directories[(index + 1)...]) }
            slice = unit
        }
        return (slice, [])
    }
}

/// The name of a systemd unit that can have a cgroup.
struct UnitName {
    enum Kind: String {
        // Devices, targets, timers and paths have no processes.
        case mount, scope, service, slice, socket, swap
    }

    private static let maximumBytes = 255

    let kind: Kind
    private let bytes: Substring.UTF8View

    /// The name with its escapes.
    var text: String { String(Substring(bytes)) }

    /// Whether it runs the service manager of a user: `user@1000.service`.
    var isUserManager: Bool {
        guard let user = bytes.after("user@")?.before(".service") else { return false }
        return user.allSatisfy(\.isDigit)
    }

    /// The unit that a directory belongs to; nil where systemd does not give a unit such a name.
    init?(directory: Substring.UTF8View) {
        // systemd puts an underscore before a name that the kernel could use, "cpu.service", or that begins with one.
        let bytes = directory.after("_") ?? directory
        guard bytes.count <= Self.maximumBytes, bytes.allSatisfy(\.isUnitCharacter),
            let dot = bytes.lastIndex(of: UInt8(ascii: ".")),
            let kind = Kind(rawValue: String(Substring(bytes[dot...].dropFirst())))
        else { return nil }
        let parts = bytes[..<dot].split(
            separator: UInt8(ascii: "@"), maxSplits: 1, omittingEmptySubsequences: false)
        // A template, "getty@.service", is not a unit, and slices have no instances.
        guard parts.allSatisfy({ !$0.isEmpty }), kind != .slice || parts.count == 1 else { return nil }
        self.kind = kind
        self.bytes = bytes
    }
}

extension UInt8 {
    fileprivate var isUnitCharacter: Bool {
        isLetterOrDigit || ":-_.\\@".utf8.contains(self)
    }
}
