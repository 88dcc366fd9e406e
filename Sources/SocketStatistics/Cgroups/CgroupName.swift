// SPDX-License-Identifier: Apache-2.0

/// What the path of a cgroup says: the systemd unit, the container and the pod that it belongs to.
///
/// The values are equal to those that `systemctl`, `docker ps` and kube-state-metrics print, so that series can be
/// joined; the path itself is the `id` of cAdvisor's series. A value that the path does not contain is nil. Values are
/// printable ASCII of at most 255 bytes, whatever the path contains.
///
/// ## How far to trust it
///
/// The names of directories are chosen by whoever may create them. Down to ``unit`` that is the system's service
/// manager, so that a tenant cannot imitate a unit. Below a unit that is delegated (`user@1000.service`, a service with
/// `Delegate=`), and inside a container that manages cgroups, the tenant chooses the names: ``userUnit``, ``container``
/// and ``pod`` can be false there. The path alone does not distinguish a tenant's `docker-….scope` from a real one, but
/// ``unit`` says where it stands: for a container of the system it is the container's own scope (`docker-….scope`), the
/// runtime's service (`containerd.service`), or nil (`/docker/…`, `/kubepods/…`); for a user's, `user@1000.service`.
public struct CgroupName: Sendable, Hashable {
    /// The path from the root of the unified hierarchy, such as `/system.slice/ssh.service`.
    public let path: String

    /// The unit of the system's service manager, as `systemctl` shows it: with the escapes of the unit's name
    /// (`dev-disk-by\x2dlabel-swap.swap`), without the `_` that keeps a directory apart from the kernel's files.
    ///
    /// It is the first on the path that is not a slice, whatever is below it, like `_SYSTEMD_UNIT` in the journal. If
    /// the path has only slices, it is the innermost of them, as `systemctl status PID` finds it. It is nil for the
    /// root and for cgroups that systemd did not create, such as `/docker/…`.
    public let unit: String?

    /// The unit of a user's service manager, as `systemctl --user` shows it, like `_SYSTEMD_USER_UNIT` in the journal.
    /// ``unit`` is then that of the manager, `user@1000.service`.
    ///
    /// It is separate because users choose its name: a user's `ssh.service` is not the system's.
    public let userUnit: String?

    /// The innermost container: its id of 64 hexadecimal digits, as `docker ps --no-trunc` prints it and as it stands
    /// after `containerd://` in kube-state-metrics' `container_id`; for LXC and systemd-nspawn its name.
    ///
    /// Nil for processes that watch a container (conmon, the monitor of LXC, the supervisor of systemd-nspawn), and for
    /// the steps of a BuildKit build, which `docker ps` does not list.
    public let container: String?

    /// The innermost pod: its uid, as kube-state-metrics prints it, or the id of a pod of podman. If there is a
    /// ``container`` too, it is inside the pod.
    ///
    /// For a static pod this is the kubelet's hash of its manifest, 32 hexadecimal digits. kube-state-metrics prints
    /// the uid of the mirror pod instead, and the hash as the annotation `kubernetes.io/config.hash`.
    public let pod: String?

    /// Reads a path, in time proportional to its length.
    public init(path: String) {
        // By bytes: a mark that combines with a slash makes another character of it.
        let directories = path.utf8.split(separator: UInt8(ascii: "/"))
        let units = CgroupUnits(directories)
        let containers = CgroupContainers(directories)
        self.path = path
        unit = units.unit
        userUnit = units.userUnit
        container = containers.container
        pod = containers.pod
    }
}
