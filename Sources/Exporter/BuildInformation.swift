// SPDX-License-Identifier: Apache-2.0

internal import CSocketExporterBuild

/// What this executable is and where it comes from.
struct BuildInformation: Sendable {
    var version: String
    var revision: String
    var branch: String
    var buildUser: String
    var buildDate: String
    var swiftVersion: String
    var platform: String

    static let current = BuildInformation(
        version: "0.1.0",
        revision: unsafe String(cString: cseb_revision),
        branch: unsafe String(cString: cseb_branch),
        buildUser: unsafe String(cString: cseb_build_user),
        buildDate: unsafe String(cString: cseb_build_date),
        swiftVersion: unsafe String(cString: cseb_swift_version),
        platform: "linux/\(architecture)"
    )

    /// What `--version` prints, in the form of the Prometheus programs.
    var summary: String {
        """
        socket_exporter, version \(version) (branch: \(branch), revision: \(revision))
          build user:       \(buildUser)
          build date:       \(buildDate)
          swift version:    \(swiftVersion)
          platform:         \(platform)
        """
    }

    private static var architecture: String {
        #if arch(x86_64)
        "amd64"
        #elseif arch(arm64)
        "arm64"
        #else
        "unknown"
        #endif
    }
}
