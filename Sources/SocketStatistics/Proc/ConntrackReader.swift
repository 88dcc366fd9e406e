// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// Reads the ``ConntrackTable`` of the network namespace that a procfs tells of.
///
/// It can be used from any thread.
package final class ConntrackReader: Sendable {
    private let network: NetworkSysctls

    /// Creates a reader; nothing is read yet.
    package init(procfs: FilePath) {
        network = NetworkSysctls(Procfs(procfs), ConntrackTable.files)
    }

    /// Opens the files of another network namespace, which needs CAP_SYS_ADMIN. What fails is tried again by
    /// ``read()``, which then says why.
    package func prepare() {
        _ = try? network.files()
    }

    /// Reads the table; nil where netfilter tracks no connections.
    package func read() throws(SourceError) -> ConntrackTable? {
        try ConntrackTable(network.files())
    }
}

extension ConntrackTable {
    private static let entriesFile = "netfilter/nf_conntrack_count"
    private static let limitFile = "netfilter/nf_conntrack_max"

    /// The files of `/proc/sys/net` that tell of it.
    static let files = [entriesFile, limitFile]

    /// Nil where netfilter tracks no connections.
    init?(_ files: NetworkSysctls.Files) throws(SourceError) {
        guard let entries = try files.text(Self.entriesFile), let limit = try files.text(Self.limitFile) else {
            return nil
        }
        self.init(entries: try entries.number(), limit: try limit.number())
    }
}
