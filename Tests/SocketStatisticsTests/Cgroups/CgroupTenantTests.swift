// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

private let id = "3726184226f5d3147c25fdeab5b60097e378e8a720503a5e19ecfdf29f869860"
private let uid = "4415fd05-2c0f-4533-909b-f2180dca8d7c"

/// Paths that a tenant can make below a cgroup of its own.
struct CgroupTenantTests {
    /// Names of directories that mean something, and some that are made to confuse.
    private static let names = [
        "system.slice", "user.slice", "machine.slice", "kubepods.slice", "kubepods", "docker", "lxc", "lxc.payload",
        "nginx.service", "user@0.service", "user@1000.service", "init.scope", "_cpu.service", "payload", "container",
        "docker-\(id).scope", "crio-conmon-\(id).scope", id, "libpod_parent", "libpod-\(id)", "lxc.payload.c1",
        "pod\(uid)", "kubepods-pod4415fd05_2c0f_4533_909b_f2180dca8d7c.slice", "a.slice:docker:\(id)", "monitor",
        "machine-a\\x2db.scope", "systemd-nspawn@b.service", "machine-libpod_pod_\(id).slice", "supervisor", "..", ".",
        "", " ", "\"", "\\", "{x=\"y\"}", "a\nb", "a\u{0}b", "\u{fffd}", "\u{301}", "é", ":", "::", ":::::", "-", "--",
        "_", "__", "@", ".service", ".scope", ".slice", "-.slice", "pod", "machine-\\x.scope", "machine-\\x2.scope",
        "machine-\\.scope", String(repeating: "a", count: 300), String(repeating: "\\x2d", count: 80),
        "machine-\(String(repeating: "\\x2d", count: 60)).scope", "lxc.payload.\(String(repeating: "b", count: 260))",
    ]

    private static func path(_ generator: inout some RandomNumberGenerator) -> String {
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in "/" + (names.randomElement(using: &generator) ?? "") }
            .joined()
    }

    @Test func valuesAreShortAndPlainOfWhateverPath() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            let path = Self.path(&generator)
            let name = CgroupName(path: path)
            for value in [name.unit, name.userUnit, name.container, name.pod].compactMap({ $0 }) {
                #expect((1...255).contains(value.utf8.count), "\(path)")
                #expect(value.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\"") }, "\(path)")
            }
            // A user's unit is that of a user's manager.
            #expect(name.userUnit == nil || name.unit?.hasPrefix("user@") == true, "\(path)")
        }
    }

    @Test(arguments: [
        ("/system.slice/mine.service", "mine.service"),
        ("/user.slice/user-1000.slice/user@1000.service", "user@1000.service"),
        ("/system.slice/docker-\(id).scope", "docker-\(id).scope"),
        ("/user.slice/user-1000.slice/session-3.scope", "session-3.scope"), ("/docker/\(id)", nil), ("/kubepods", nil),
    ])
    func aTenantDoesNotChooseTheUnit(_ own: String, _ unit: String?) {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let path = own + Self.path(&generator)
            #expect(CgroupName(path: path).unit == unit, "\(path)")
        }
    }

    /// The limit of what a path tells: a tenant's directory is read as if a runtime had made it.
    @Test func aTenantChoosesTheContainerAndThePod() {
        let pod = "kubepods.slice/kubepods-pod4415fd05_2c0f_4533_909b_f2180dca8d7c.slice"
        let name = CgroupName(path: "/system.slice/mine.service/\(pod)/cri-containerd-\(id).scope")
        #expect(name.container == id)
        #expect(name.pod == uid)
        #expect(name.unit == "mine.service")
    }

    @Test(arguments: [
        "/system.slice//nginx.service/", "//system.slice/nginx.service///", "system.slice/nginx.service",
        "/system.slice/nginx.service//user@1000.service",
    ])
    func emptyNamesAreSkipped(_ path: String) {
        #expect(CgroupName(path: path).unit == "nginx.service")
        #expect(CgroupName(path: path).path == path)
    }

    /// A mark that combines with the slash before it is one character with that.
    @Test func namesAreToldApartByBytes() {
        let name = CgroupName(path: "/system.slice/nginx.service/\u{301}/docker/\(id)/\u{301}x")
        #expect(name.unit == "nginx.service")
        #expect(name.container == id)
        #expect(CgroupName(path: "/docker/\u{301}\(id)").container == nil)
        #expect(CgroupName(path: "/system.slice\u{301}/nginx.service").unit == nil)
    }

    /// The square of such a length takes more than the limit.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            "/", "/a", "/a.slice", "/docker-", "/pod", ":", "-", "@", ".", "/:", "\\x2d", "/machine.slice/machine-",
            "/kubepods-pod", "/\(id)", "é", "/user@1000.service",
        ])
    func longPathsTakeTimeInProportion(_ piece: String) {
        let pieces = String(repeating: piece, count: (1 << 16) / piece.utf8.count)
        #expect(CgroupName(path: "/system.slice/\(pieces)/docker/\(id)").container == id)
        #expect(CgroupName(path: "\(pieces)/docker/\(id)").container == id)
    }
}
