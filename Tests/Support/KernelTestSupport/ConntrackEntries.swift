// SPDX-License-Identifier: Apache-2.0

/// Connections that netfilter tracks in the calling thread's network namespace.
public enum ConntrackEntries {
    /// Adds some, of UDP, as `conntrack --insert` does.
    public static func add(_ count: Int) throws {
        _ = try Shell.output("python3 -c '\(program)' \(count)")
    }

    private static let program = """
        import socket, struct, sys
        def attribute(kind, data): return struct.pack("HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)
        def nested(kind, *parts): return attribute(kind | 0x8000, b"".join(parts))
        def number(kind, value, size="I"): return attribute(kind, struct.pack("!" + size, value))
        def direction(kind, addresses, ports):
            return nested(kind,
                nested(1, *(attribute(i + 1, socket.inet_aton(a)) for i, a in enumerate(addresses))),
                nested(2, number(1, 17, "B"), number(2, ports[0], "H"), number(3, ports[1], "H")))
        NETLINK_NETFILTER = 12
        netfilter = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        here, there = "10.0.0.1", "10.0.0.2"
        for port in range(1, int(sys.argv[1]) + 1):
            body = (struct.pack("!BBH", socket.AF_INET, 0, 0) + direction(1, (here, there), (port, 9))
                + direction(2, (there, here), (9, port)) + number(7, 600) + number(3, 0x8 | 0x2))
            # IPCTNL_MSG_CT_NEW; request, acknowledged, creating, exclusive.
            netfilter.send(struct.pack("IHHII", 16 + len(body), 0x100, 0x605, port, 0) + body)
            error = struct.unpack("i", netfilter.recv(4096)[16:20])[0]
            if error: sys.exit("the kernel refuses the entry: %d" % error)
        """
}
