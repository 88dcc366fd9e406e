// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The limit of open files of the process.
enum FileLimit {
    /// Enough for the connections of the server and for all else, and not more than FD_SETSIZE, for libraries that use
    /// select.
    private static let wanted: rlim_t = 1024

    /// Raises the limit where it is lower than the exporter needs, as far as the system allows.
    static func raise() {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        _ = unsafe setrlimit(resource, &limit)
    }
}
