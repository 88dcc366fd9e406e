// SPDX-License-Identifier: Apache-2.0

internal import CPrivileges
internal import Glibc
internal import SystemPackage

/// What the process may do beyond its user's rights, and how it gives that up.
enum Privileges {
    /// A user of this system.
    struct User: Sendable {
        var name: String
        fileprivate var id: uid_t
        fileprivate var group: gid_t

        /// Looks a user up; nil where there is none of that name.
        init?(name: String) {
            guard let entry = unsafe getpwnam(name) else { return nil }
            self.name = name
            id = unsafe entry.pointee.pw_uid
            group = unsafe entry.pointee.pw_gid
        }
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Becomes a user where one is given, and gives up every capability for good.
    ///
    /// To be called while the process has a single thread: capabilities belong to threads, which inherit them.
    ///
    /// - Parameter keepsLowPorts: keep the capability to listen on ports below 1024.
    static func drop(user: User?, keepsLowPorts: Bool) throws(Failure) {
        if let user {
            let error = unsafe cpv_become_user(user.name, user.id, user.group)
            guard error == 0 else {
                throw Failure(
                    description: "cannot become the user '\(user.name)' (\(Errno(rawValue: error))): --user needs root")
            }
        }
        let error = cpv_keep_capabilities(keepsLowPorts ? UInt64(CPV_NET_BIND_SERVICE) : 0)
        guard error == 0 else {
            throw Failure(description: "cannot give up capabilities: \(Errno(rawValue: error))")
        }
    }
}
