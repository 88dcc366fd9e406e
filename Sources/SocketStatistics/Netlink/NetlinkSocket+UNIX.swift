// SPDX-License-Identifier: Apache-2.0

internal import CNetlink
internal import CSocketTypes

extension NetlinkSocket {
    /// Listening UNIX sockets: some one by one, the rest together.
    struct UNIXListeners {
        var records: [cnl_unix_listener]
        /// Of no socket where there is no rest.
        var rest: UNIXListener
    }

    /// Adds the UNIX sockets whose states are asked for to the counts, which are partial when it throws.
    func dumpUNIX(states: UInt32, into counts: inout cnl_unix_counts) throws(Failure) {
        try unsafe dump(cnl_unix_request(states: states, listeners: nil), into: &counts)
    }

    /// Adds the listening UNIX sockets to the counts and lists them, the most important ones up to a capacity.
    func dumpUNIXListeners(
        capacity: Int, into counts: inout cnl_unix_counts
    ) throws(Failure) -> UNIXListeners {
        var records = [cnl_unix_listener](repeating: cnl_unix_listener(), count: capacity)
        var kept = 0
        let rest = try unsafe records.withUnsafeMutableBufferPointer { records throws(Failure) in
            var list = unsafe cnl_unix_listeners()
            unsafe list.records = records.baseAddress
            unsafe list.capacity = records.count
            try unsafe withUnsafeMutablePointer(to: &list) { list throws(Failure) in
                let states = cnl_state_bit(UInt32(CST_LISTEN))
                try unsafe dump(cnl_unix_request(states: states, listeners: list), into: &counts)
            }
            kept = unsafe list.count
            return unsafe UNIXListener(
                sockets: list.rest_sockets, backlog: list.rest_backlog, backlogLimit: list.rest_backlog_limit,
                fullSockets: list.rest_full_sockets)
        }
        return UNIXListeners(records: Array(records.prefix(kept)), rest: rest)
    }

    private func dump(_ request: cnl_unix_request, into counts: inout cnl_unix_counts) throws(Failure) {
        var request = unsafe request
        var error = unsafe cnl_error()
        guard unsafe cnl_unix_dump(handle, &request, &counts, &error) else {
            throw unsafe Failure(error)
        }
    }
}
