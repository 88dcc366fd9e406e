// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SocketStatistics

private let id = "3726184226f5d3147c25fdeab5b60097e378e8a720503a5e19ecfdf29f869860"
private let inner = "40af7cdcbe507acad47a5a62025743ad3ddc6ab93b77b21363aa1c1d641047c9"
private let uid = "4415fd05-2c0f-4533-909b-f2180dca8d7c"
private let sliceUID = "4415fd05_2c0f_4533_909b_f2180dca8d7c"
private let hash = "d76e26fba3bf2bfd215eb29011d55250"
private let user = "/user.slice/user-1001.slice/user@1001.service"
private let burstable = "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(sliceUID).slice"
private let besteffort = "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod\(sliceUID).slice"
/// Of a kubelet in a container, as of kind.
private let nodesPod = "kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod\(sliceUID).slice"
private let outerPod = "/kubepods.slice/kubepods-podc704ef4c_2974_4b11_832b_52cbfc870000.slice"

/// Pods on a path, and their containers.
struct CgroupPodTests {
    private static let pods: [(String, String?)] = [
        // The kubelet's drivers, and its classes: guaranteed has no directory.
        ("/kubepods/burstable/pod\(uid)/\(id)", nil), ("/kubepods/besteffort/pod\(uid)/\(id)", nil),
        ("/kubepods/pod\(uid)/\(id)", nil), ("/kubepods/pod\(uid)/crio-\(id)", nil),
        ("\(burstable)/cri-containerd-\(id).scope", "cri-containerd-\(id).scope"),
        ("\(besteffort)/crio-\(id).scope/container", "crio-\(id).scope"),
        ("/kubepods.slice/kubepods-pod\(sliceUID).slice/docker-\(id).scope", "docker-\(id).scope"),
        // With a --cgroup-root.
        (
            "/a.slice/a-kubepods.slice/a-kubepods-pod\(sliceUID).slice/cri-containerd-\(id).scope/init",
            "cri-containerd-\(id).scope"
        ),
        ("/a/b/kubepods/burstable/pod\(uid)/\(id)", nil),
        // The kubelet with systemd's driver, containerd without.
        (
            "/system.slice/containerd.service/kubepods-burstable-pod\(sliceUID).slice:cri-containerd:\(id)",
            "containerd.service"
        ),
        ("/kubepods-pod\(sliceUID).slice:cri-containerd:\(id)", nil),
        ("/kubepods/kubepods-besteffort/kubepods-besteffort-pod\(sliceUID)/\(id)", nil),
        // In a service's cgroup, and in that of a user.
        ("\(user)/u7s-rootlesskit.service/kubepods/burstable/pod\(uid)/\(id)", "user@1001.service"),
        ("/system.slice/k0scontroller.service/kubepods/besteffort/pod\(uid)/\(id)", "k0scontroller.service"),
        // In a node that is a container.
        ("/docker/\(inner)/kubepods/burstable/pod\(uid)/\(id)", nil),
        ("/docker/\(inner)/kubelet/kubepods/besteffort/pod\(uid)/\(id)", nil),
        ("/docker/\(inner)/\(nodesPod)/cri-containerd-\(id).scope", nil),
        ("\(user)/user.slice/libpod-\(inner).scope/container/\(nodesPod)/crio-\(id).scope", "user@1001.service"),
        // In a pod.
        ("\(outerPod)/crio-\(inner).scope/docker/\(inner)/\(nodesPod)/crio-\(id).scope", "crio-\(inner).scope"),
    ]

    @Test(arguments: pods)
    func podsOfKubernetes(_ path: String, _ unit: String?) {
        let name = CgroupName(path: path)
        #expect(name.pod == uid)
        #expect(name.container == id)
        #expect(name.unit == unit)
    }

    private static let staticPods: [String] = [
        "/kubepods/burstable/pod\(hash)/\(id)", "/kubepods/pod\(hash)/crio-\(id)",
        "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(hash).slice/cri-containerd-\(id).scope",
        "/system.slice/containerd.service/kubepods-burstable-pod\(hash).slice:cri-containerd:\(id)",
    ]

    @Test(arguments: staticPods)
    func theUIDOfAStaticPodIsAHash(_ path: String) {
        #expect(CgroupName(path: path).pod == hash)
        #expect(CgroupName(path: path).container == id)
    }

    private static let podmanPods: [String] = [
        "/machine.slice/machine-libpod_pod_\(inner).slice/libpod-\(id).scope/container",
        "\(user)/user.slice/user-libpod_pod_\(inner).slice/libpod-\(id).scope",
        "/libpod_parent/\(inner)/libpod-\(id)",
    ]

    @Test(arguments: podmanPods)
    func podsOfPodmanHaveAnID(_ path: String) {
        #expect(CgroupName(path: path).pod == inner)
        #expect(CgroupName(path: path).container == id)
    }

    private static let besideContainers: [(String, String)] = [
        ("/kubepods/burstable/pod\(uid)", uid), ("/kubepods.slice/kubepods-pod\(sliceUID).slice", uid),
        ("/kubepods.slice/kubepods-pod\(sliceUID).slice/crio-conmon-\(id).scope", uid),
        ("/kubepods/pod\(uid)/crio-conmon-\(id)", uid), ("/docker/\(id)/kubepods/pod\(uid)", uid),
        ("/docker/\(id)/kubepods.slice/kubepods-pod\(sliceUID).slice/crio-conmon-\(inner).scope", uid),
        ("/machine.slice/machine-libpod_pod_\(id).slice/libpod-conmon-\(inner).scope", id),
        ("/libpod_parent/\(id)/conmon", id),
    ]

    /// What is in a pod and in none of its containers is not in one around it either.
    @Test(arguments: besideContainers)
    func aPodsOwnCgroupIsInNoContainer(_ path: String, _ pod: String) {
        #expect(CgroupName(path: path).pod == pod)
        #expect(CgroupName(path: path).container == nil)
    }

    private static let inContainersOfPods: [(String, String)] = [
        // Docker in a pod: its containers are the pod's too.
        ("/kubepods/burstable/pod\(uid)/\(inner)/docker/\(id)", uid),
        ("/kubepods.slice/kubepods-pod\(sliceUID).slice/crio-\(inner).scope/system.slice/docker-\(id).scope", uid),
        // Of a tenant, and without a kubelet's cgroup on the path.
        ("/kubepods/pod\(uid)/\(inner)/podc704ef4c-2974-4b11-832b-52cbfc870000/\(id)", uid),
    ]

    @Test(arguments: inContainersOfPods)
    func whatAContainerOfAPodRunsIsInThePod(_ path: String, _ pod: String) {
        #expect(CgroupName(path: path).pod == pod)
        #expect(CgroupName(path: path).container == id)
    }

    private static let noPods: [String] = [
        // Beside the kubelet's cgroups.
        "/pod\(uid)", "/docker/pod\(uid)", "/burstable/pod\(uid)", "/kubepod.slice/kubepod-pod\(sliceUID).slice",
        "/xkubepods.slice/xkubepods-pod\(sliceUID).slice",
        // What is not a uid.
        "/kubepods", "/kubepods/burstable", "/kubepods/pod", "/kubepods/\(uid)", "/kubepods/xpod\(uid)",
        "/kubepods/pod\(uid)0", "/kubepods/pod\(uid.dropLast())", "/kubepods/pod\(uid.uppercased())",
        "/kubepods/pod\(hash)0", "/kubepods/pod\(hash.dropLast())", "/kubepods/pod\(hash.dropLast())-",
        "/kubepods/pod4415fd0552c0f54533-909b-f2180dca8d7c", "/kubepods/pod4415fd05-2c0f-4533-909b-f2180dca8d7\u{e9}",
        "/kubepods.slice/kubepods-pod\(sliceUID).slice2", "/kubepods.slice/kubepods-pod\(sliceUID).scope",
        "/kubepods.slice/kubepodspod\(sliceUID).slice",
        // Nor podman's.
        "/machine.slice/machine-libpod_pod_\(id).scope", "/machine.slice/libpod_pod_\(id).slice",
        "/libpod_parent/libpod-\(id)", "/libpod_parent/container/\(id)",
    ]

    @Test(arguments: noPods)
    func whatIsNoPodHasNone(_ path: String) {
        #expect(CgroupName(path: path).pod == nil)
    }
}
