// SPDX-License-Identifier: Apache-2.0

/// A filter at the time of a scan: together with the sockets that this process has open.
struct ScanFilter {
    static let all = ScanFilter(.all, ownInodes: [])

    private let filter: SocketFilter
    private let ownInodes: Set<UInt32>

    /// - Parameter ownInodes: the inode numbers of the sockets that this process has open.
    init(_ filter: SocketFilter, ownInodes: Set<UInt32>) {
        self.filter = filter
        self.ownInodes = ownInodes
    }

    /// Lists this process's sockets where the filter asks for them.
    init(_ filter: SocketFilter) throws(SourceError) {
        self.init(filter, ownInodes: filter.ownSockets || filter.ownPorts ? try OwnSockets.inodes() : [])
    }

    /// The sockets among which the listeners' ports are needed; nil where they are not.
    var ownListeners: SelectedSockets? {
        filter.ownPorts ? SelectedSockets(inodes: ownInodes) : nil
    }

    /// What to select; nil where that is all.
    ///
    /// - Parameter listeningPorts: the local ports of the listeners among ``ownListeners``.
    func selected(listeningPorts: some Sequence<UInt16>) -> SelectedSockets? {
        filter.ports.map { ports in
            SelectedSockets(inodes: filter.ownSockets ? ownInodes : [], ports: ports.union(listeningPorts))
        }
    }
}

/// The sockets that a filter selects, by what can be seen of each.
struct SelectedSockets: Hashable {
    /// Those that this process has open.
    var inodes: Set<UInt32> = []
    /// Those with one of these local ports.
    var ports: Set<UInt16> = []

    func contains(inode: UInt32, port: UInt16) -> Bool {
        inodes.contains(inode) || ports.contains(port)
    }
}
