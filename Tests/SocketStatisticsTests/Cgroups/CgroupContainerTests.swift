// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

private let id = "3726184226f5d3147c25fdeab5b60097e378e8a720503a5e19ecfdf29f869860"
private let inner = "40af7cdcbe507acad47a5a62025743ad3ddc6ab93b77b21363aa1c1d641047c9"
private let user = "/user.slice/user-1000.slice/user@1000.service"

/// Containers without pods on a path.
struct CgroupContainerTests {
    private static let containers: [(String, String?)] = [
        // Docker's drivers: cgroupfs, systemd, and systemd without root.
        ("/docker/\(id)", nil), ("/system.slice/docker-\(id).scope", "docker-\(id).scope"),
        ("\(user)/user.slice/docker-\(id).scope", "user@1000.service"),
        // With a --cgroup-parent of its own, of Buildx for one; as tasks of ECS.
        ("/docker/buildx/\(id)", nil), ("/work.slice/docker-\(id).scope", "docker-\(id).scope"), ("/work/\(id)", nil),
        ("/ecs/5a0d5ceddf6c44c1928d367a815d890f/\(id)", nil),
        ("/ecstasks.slice/ecstasks-5a0d5ceddf6c44c1928d367a815d890f.slice/docker-\(id).scope", "docker-\(id).scope"),
        // Where the parent was meant for systemd and the driver is cgroupfs.
        ("/system.slice:docker:\(id)", nil), ("/system.slice/docker.service/user.slice:docker:\(id)", "docker.service"),
        // Containerd without Kubernetes: nerdctl, and a namespace of its own.
        ("/system.slice/nerdctl-\(id).scope", "nerdctl-\(id).scope"), ("/default/\(id)", nil),
        ("\(user)/user.slice/nerdctl-\(id).scope", "user@1000.service"),
        // CRI-O without a pod's parent.
        ("/system.slice/crio-\(id).scope", "crio-\(id).scope"), ("/crio/crio-\(id)", nil),
        // Podman: crun makes "container"; `--cgroups=split` of units of Quadlet; cgroupfs.
        ("/machine.slice/libpod-\(id).scope", "libpod-\(id).scope"),
        ("/machine.slice/libpod-\(id).scope/container", "libpod-\(id).scope"),
        ("\(user)/user.slice/libpod-\(id).scope/container", "user@1000.service"),
        ("/system.slice/web.service/libpod-payload-\(id)", "web.service"),
        ("\(user)/app.slice/web.service/libpod-payload-\(id)/supervised", "user@1000.service"),
        ("/libpod_parent/libpod-\(id)", nil), ("/libpod_parent/libpod-\(id)/system.slice/nginx.service", nil),
        // The system in a container has units of its own, which are not the host's.
        ("/docker/\(id)/system.slice/nginx.service", nil), ("/docker/\(id)/init.scope", nil),
        ("/system.slice/docker-\(id).scope/system.slice/nginx.service", "docker-\(id).scope"),
        // Other runtimes that are asked for scopes.
        ("/system.slice/crun-\(id).scope", "crun-\(id).scope"), ("/a.slice/runc-\(id).scope", "runc-\(id).scope"),
    ]

    @Test(arguments: containers)
    func containersHaveTheirID(_ path: String, _ unit: String?) {
        let name = CgroupName(path: path)
        #expect(name.container == id)
        #expect(name.unit == unit)
        #expect(name.pod == nil)
    }

    private static let nested: [String] = [
        // Docker in docker, with either driver on either side.
        "/docker/\(id)/docker/\(inner)", "/docker/\(id)/docker/\(inner)/init", "/docker/\(id)/\(inner)",
        "/system.slice/docker-\(id).scope/docker/\(inner)", "/docker/\(id)/system.slice/docker-\(inner).scope",
        "/system.slice/docker-\(id).scope/system.slice/docker-\(inner).scope/system.slice/cron.service",
        "/libpod_parent/libpod-\(id)/libpod_parent/libpod-\(inner)",
        // In LXC and in a machine.
        "/lxc.payload.c1/docker/\(inner)", "/lxc/101/ns/system.slice/docker-\(inner).scope",
        "/machine.slice/machine-debian.scope/payload/system.slice/docker-\(inner).scope",
        "/machine.slice/systemd-nspawn@debian.service/payload/docker/\(inner)",
    ]

    @Test(arguments: nested)
    func theInnermostContainerIsMeant(_ path: String) {
        let name = CgroupName(path: path)
        #expect(name.container == inner)
        #expect(name.pod == nil)
    }

    private static let services: [(String, String?)] = [
        // Conmon, which watches a container.
        ("/system.slice/crio-conmon-\(id).scope", nil), ("/machine.slice/libpod-conmon-\(id).scope", nil),
        ("/crio/crio-conmon-\(id)", nil), ("/system.slice:crio-conmon:\(id)", nil), ("/libpod_parent/conmon", nil),
        ("/docker/\(id)/system.slice/crio-conmon-\(inner).scope", id),
        // The runtimes themselves, and where their containers are.
        ("/system.slice/docker.service", nil), ("/system.slice/containerd.service", nil), ("/docker", nil),
        // Mounts and health checks of a container.
        ("/system.slice/var-lib-docker-containers-\(id)-mounts-shm.mount", nil),
        ("/system.slice/run-docker-netns-\(id).mount", nil), ("/system.slice/\(id).service", nil),
        ("/system.slice/\(id)-23a1b4c6.service", nil), ("/system.slice/docker-\(id).service", nil),
        // Steps of a build, which have ids of 25 letters and digits.
        ("/docker/buildkit/nbxn1gyiq2f2btdx9osqt2b5p", nil),
        ("/system.slice/docker-nbxn1gyiq2f2btdx9osqt2b5p.scope", nil),
        ("/docker/buildx/\(id)/docker/buildkit/nbxn1gyiq2f2btdx9osqt2b5p", id),
    ]

    @Test(arguments: services)
    func whatServesContainersIsNone(_ path: String, _ container: String?) {
        #expect(CgroupName(path: path).container == container)
    }

    private static let linuxContainers: [(String, String?)] = [
        ("/lxc.payload.c1", "c1"), ("/lxc.payload.web-1.example_com/system.slice/nginx.service", "web-1.example_com"),
        ("/lxc.payload.c1/.lxc", "c1"), ("\(user)/lxc.payload.c1", "c1"),
        ("/system.slice/lxc@c1.service/lxc.payload.c1", "c1"), ("/lxc.payload.outer/lxc.payload.inner", "inner"),
        ("/docker/\(id)/lxc.payload.c1", "c1"), ("/lxc.payload/c1", "c1"), ("/lxc/c1", "c1"),
        // Of Proxmox VE; with the pattern lxc/%n; with the directory lxc.
        ("/lxc/101/ns/system.slice/nginx.service", "101"), ("/lxc/c1/payload/init.scope", "c1"),
        ("/lxc/lxc.payload.c1", "c1"),
        // The monitor, which is outside.
        ("/lxc.monitor.c1", nil), ("/lxc.monitor/c1", nil), ("/lxc/c1/monitor", nil), ("/lxc/lxc.monitor.c1", nil),
        ("/lxc.payload.outer/lxc.monitor.inner", "outer"), ("/lxc.pivot", nil),
        ("/lxc", nil), ("/lxc.payload", nil), ("/lxc.payload.", nil), ("/lxc.payload.a b", nil),
        ("/lxc.payload.ä", nil),
    ]

    @Test(arguments: linuxContainers)
    func containersOfLXCHaveNames(_ path: String, _ container: String?) {
        #expect(CgroupName(path: path).container == container)
    }

    private static let machines: [(String, String?)] = [
        ("/machine.slice/machine-debian.scope", "debian"), ("/machine.slice/machine-debian.scope/payload", "debian"),
        ("/machine.slice/machine-my\\x2dbox.example.scope/payload/system.slice/cron.service", "my-box.example"),
        ("/machine.slice/machine-lxc\\x2d1268\\x2dsl.scope", "lxc-1268-sl"),
        ("/machine.slice/systemd-nspawn@my-box.service/payload", "my-box"),
        ("/machine.slice/systemd-nspawn@my-box.service/payload/init.scope", "my-box"),
        ("/docker/\(id)/machine.slice/machine-debian.scope/payload", "debian"),
        // Systemd-nspawn itself; virtual machines; other slices.
        ("/machine.slice/machine-debian.scope/supervisor", nil),
        ("/machine.slice/systemd-nspawn@my-box.service/supervisor", nil),
        ("/machine.slice/systemd-nspawn@my-box.service", nil),
        ("/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator", nil), ("/machine.slice", nil),
        ("/user.slice/user-1000.slice/machine-debian.scope", nil), ("/machine-debian.scope", nil),
        // Escapes that are none, and those of what is not in a name.
        ("/machine.slice/machine-a-b.scope", nil), ("/machine.slice/machine-a\\x2.scope", nil),
        ("/machine.slice/machine-a\\.scope", nil), ("/machine.slice/machine-a\\x2Gb.scope", nil),
        ("/machine.slice/machine-a\\x2fb.scope", nil), ("/machine.slice/machine-a\\xe4b.scope", nil),
        ("/machine.slice/machine-\\x0a.scope", nil), ("/machine.slice/machine-.scope", nil),
        ("/machine.slice/systemd-nspawn@my\\x2dbox.service/payload", nil), ("/payload", nil),
        ("/machine.slice/systemd-nspawn@.service/payload", nil),
    ]

    @Test(arguments: machines)
    func machinesHaveNames(_ path: String, _ container: String?) {
        #expect(CgroupName(path: path).container == container)
    }

    private static let otherIDs: [String] = [
        String(id.dropLast()), id + "0", id.uppercased(), String(id.dropLast()) + "g", String(id.dropLast()) + "ｆ", "",
        " \(id.dropFirst())", "\(id.dropFirst())\n",
    ]

    @Test(arguments: otherIDs)
    func onlySixtyFourDigitsAreAnID(_ other: String) {
        for path in [
            "/docker/\(other)", "/system.slice/docker-\(other).scope", "/crio-\(other)", "/a.slice:docker:\(other)",
            "/system.slice/web.service/libpod-payload-\(other)", "/machine.slice/machine-libpod_pod_\(other).slice",
            "/libpod_parent/\(other)",
        ] {
            let name = CgroupName(path: path)
            #expect(name.container == nil && name.pod == nil, "\(path)")
        }
    }

    private static let imitations: [String] = [
        "/system.slice/docker-\(id).scope2", "/system.slice/docker-\(id)", "/system.slice/docker\(id).scope",
        "/system.slice/-\(id).scope", "/docker-\(id)", "/a:\(id)", "/a:b:c:\(id)", "/a:docker:\(id):",
        "/libpod-x-\(id)",
        "/system.slice/docker-\(id).slice", "/x\(id)", "/\(id)x", "/\(id)\u{301}",
    ]

    @Test(arguments: imitations)
    func whatOnlyContainsAnIDIsNone(_ path: String) {
        #expect(CgroupName(path: path).container == nil)
    }
}
