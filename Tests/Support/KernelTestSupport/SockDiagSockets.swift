// SPDX-License-Identifier: Apache-2.0

internal import CKernelTestSupport

/// The sock_diag sockets in the calling thread's network namespace.
public enum SockDiagSockets {
    /// Sends each of them a message that is not the kernel's. Returns how many there were.
    public static func disturb() throws -> Int {
        let lines = try Shell.output("cat /proc/self/net/netlink").split(separator: "\n").dropFirst()
        let portIDs = lines.compactMap { line -> UInt32? in
            let words = line.split(separator: " ")
            // The fourth netlink family is sock_diag; the kernel's own socket has the port 0.
            guard words.count > 2, words[1] == "4", let portID = UInt32(words[2]), portID != 0 else { return nil }
            return portID
        }
        for portID in portIDs {
            let error = ckt_send_to_sock_diag_socket(portID)
            guard error == 0 else { throw TestSystemError("sendto", error) }
        }
        return portIDs.count
    }
}
