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

    /// What the process may go on doing when it has given up everything else.
    struct Kept: OptionSet, Sendable {
        let rawValue: UInt64

        /// Open, make and remove files whatever their permissions are.
        fileprivate static let anyFile = Kept(rawValue: UInt64(CPV_DAC_OVERRIDE))
        /// Find and enter other network namespaces.
        static let namespaces = Kept(rawValue: UInt64(CPV_SYS_PTRACE) | UInt64(CPV_SYS_ADMIN))
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Closes the process to others of the same user, who could take what it opens with a privilege.
    ///
    /// To be called before anything is opened.
    static func closeToOthers() throws(Failure) {
        let error = cpv_close_to_others()
        guard error == 0 else {
            throw Failure(description: "cannot close the process to others: \(Errno(rawValue: error))")
        }
    }

    /// Becomes a user where one is given, and gives up every other capability for good.
    ///
    /// To be called while the process has a single thread: capabilities belong to threads, which inherit them.
    ///
    /// - Parameter openFiles: makes files that are to be the user's, in directories that may be root's.
    static func drop(user: User?, kept: Kept, openFiles: () throws -> Void = {}) throws {
        if let user {
            let error = unsafe cpv_become_user(user.name, user.id, user.group)
            guard error == 0 else {
                throw Failure(
                    description: "cannot become the user '\(user.name)' (\(Errno(rawValue: error))): --user needs root")
            }
            try keep(kept.union(.anyFile))
        }
        try openFiles()
        try keep(kept)
    }

    private static func keep(_ kept: Kept) throws(Failure) {
        let error = cpv_keep_capabilities(kept.rawValue)
        guard error == 0 else {
            throw Failure(description: "cannot give up capabilities: \(Errno(rawValue: error))")
        }
    }
}
