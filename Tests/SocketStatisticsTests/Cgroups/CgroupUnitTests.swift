// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

/// The units of systemd on a path, as its own functions find them.
struct CgroupUnitTests {
    @Test(arguments: [
        ("/system.slice/nginx.service", "nginx.service"),
        // Systemd opens a unit's listening sockets in the cgroup of the socket unit.
        ("/system.slice/ssh.socket", "ssh.socket"),
        ("/system.slice/dev-hugepages.mount", "dev-hugepages.mount"),
        ("/init.scope", "init.scope"),
        ("/user.slice/user-1000.slice/session-3.scope", "session-3.scope"),
        ("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service"),
        ("/system.slice/system-waldo.slice/foobar.service/sdfdsaf", "foobar.service"),
        // Units without a slice, as in `-.slice`.
        ("/nginx.service", "nginx.service"), ("/crio-conmon-1.scope", "crio-conmon-1.scope"),
    ])
    func theUnitIsTheFirstThatIsNotASlice(_ path: String, _ unit: String) {
        #expect(CgroupName(path: path).unit == unit)
        #expect(CgroupName(path: path).userUnit == nil)
    }

    @Test(arguments: [
        ("/system.slice", "system.slice"), ("/user.slice/user-1000.slice", "user-1000.slice"),
        ("/kubepods.slice/kubepods-besteffort.slice", "kubepods-besteffort.slice"),
        ("/system.slice/system-systemd\\x2dcoredump.slice", "system-systemd\\x2dcoredump.slice"),
        // Processes and directories that are nobody's unit belong to the slice above them.
        ("/system.slice/mine", "system.slice"), ("/system.slice/mine/nginx.service", "system.slice"),
    ])
    func aPathOfSlicesBelongsToTheInnermost(_ path: String, _ unit: String) {
        #expect(CgroupName(path: path).unit == unit)
    }

    @Test(arguments: [
        // Escapes are a part of a unit's name.
        ("dev-disk-by\\x2duuid-a0b1.swap", "dev-disk-by\\x2duuid-a0b1.swap"),
        ("foo\\x2dbar.service", "foo\\x2dbar.service"), ("a:b_c.d-e.service", "a:b_c.d-e.service"),
        ("foobar@pie@2.service", "foobar@pie@2.service"), ("dbus-:1.3-org.example@0.service", nil),
        // The underscore is not.
        ("_cpu.service", "cpu.service"), ("_cgroup.service", "cgroup.service"), ("__mine.service", "_mine.service"),
        ("_memory.scope", "memory.scope"),
    ])
    func namesAreThoseOfSystemctl(_ directory: String, _ unit: String?) {
        let unit = unit ?? directory
        #expect(CgroupName(path: "/system.slice/\(directory)").unit == unit)
        #expect(CgroupName(path: "/system.slice/\(directory)/below/it").unit == unit)
        #expect(CgroupName(path: "/user.slice/user-0.slice/user@0.service/\(directory)").userUnit == unit)
    }

    @Test func slicesAreUnescapedToo() {
        #expect(CgroupName(path: "/_cpu.slice").unit == "cpu.slice")
        #expect(CgroupName(path: "/_cpu.slice/cpu-a.slice/a.service").unit == "a.service")
    }

    @Test(arguments: [
        "getty", "getty@.service", "@tty1.service", ".service", "_", "_.service", "nginx", "nginx.services", "service",
        "a.device", "a.target", "a.timer", "a.path", "getty####@tty6.service", "a b.service", "a@b.slice",
        "a\n.service",
        "ä.service", "a\u{0}.service", "a\u{fffd}.service", "nginx.service ", "\"a\".scope", "a.service\u{301}",
    ])
    func whatSystemdDoesNotCreateIsNoUnit(_ directory: String) {
        #expect(CgroupName(path: "/\(directory)").unit == nil)
        #expect(CgroupName(path: "/\(directory)/nginx.service").unit == nil)
        #expect(CgroupName(path: "/system.slice/\(directory)/nginx.service").unit == "system.slice")
        #expect(CgroupName(path: "/user.slice/user@7.service/\(directory)/nginx.service").userUnit == nil)
    }

    @Test(arguments: [
        ("app.slice/foo.service", "foo.service"), ("server.service", "server.service"), ("init.scope", "init.scope"),
        ("foobar.slice/foobar@pie.service/pa/po", "foobar@pie.service"), ("app.slice", "app.slice"),
        ("app.slice/app-org.gnome.Terminal.slice/vte-spawn-6d8f.scope", "vte-spawn-6d8f.scope"),
        ("session.slice/_cpu.service", "cpu.service"), ("", nil), ("waldo/foo.service", nil),
        ("app.slice/a.service/user@0.service/b.service", "a.service"),
    ])
    func theUnitOfAUserIsApart(_ below: String, _ unit: String?) {
        let name = CgroupName(path: "/user.slice/user-1000.slice/user@1000.service/\(below)")
        #expect(name.unit == "user@1000.service")
        #expect(name.userUnit == unit)
    }

    @Test(arguments: [
        // Not the service manager of a user, and so no units are below it.
        ("/user.slice/user-1000.slice/session-2.scope/foo.service", "session-2.scope"),
        ("/user.slice/user-1000.slice/user@alice.service/foo.service", "user@alice.service"),
        ("/user.slice/user-1000.slice/user@.service/foo.service", "user-1000.slice"),
        ("/system.slice/xuser@1000.service/foo.service", "xuser@1000.service"),
        ("/system.slice/user@1000.scope/foo.service", "user@1000.scope"),
        ("/system.slice/a.service/user@1000.service/foo.service", "a.service"),
    ])
    func onlyAUsersManagerHasUnitsOfAUser(_ path: String, _ unit: String) {
        #expect(CgroupName(path: path).unit == unit)
        #expect(CgroupName(path: path).userUnit == nil)
    }

    @Test func theLongestNameHas255Bytes() {
        let longest = String(repeating: "a", count: 247) + ".service"
        #expect(CgroupName(path: "/system.slice/\(longest)").unit == longest)
        #expect(CgroupName(path: "/system.slice/a\(longest)").unit == "system.slice")
        // Without the underscore.
        #expect(CgroupName(path: "/system.slice/_\(longest)").unit == longest)
    }

    @Test(arguments: [
        "/", "", "//", "/docker/abc", "/kubepods/burstable", "/lxc.monitor.c1", "/.", "/..", "/user.slic",
    ])
    func whereSystemdCreatedNothingThereIsNoUnit(_ path: String) {
        let name = CgroupName(path: path)
        #expect(name.path == path)
        #expect(name.unit == nil && name.userUnit == nil && name.container == nil && name.pod == nil)
    }
}
