// SPDX-License-Identifier: Apache-2.0

extension ListenAddress {
    /// The longest path of a Unix domain socket that every system takes.
    private static let maximumPathBytes = 103

    /// Reads `host:port`, `[IPv6]:port`, `:port` or `unix:/path`.
    ///
    /// The port is 0…65535, where 0 lets the system choose. Names are not resolved here.
    public init(_ text: String) throws(ListenAddressError) {
        if text.hasPrefix("unix:") {
            self.init(.unix(path: try Self.path(in: text)))
        } else {
            self.init(try Self.hostAndPort(in: text))
        }
    }

    private static func path(in text: String) throws(ListenAddressError) -> String {
        let path = String(text.dropFirst("unix:".count))
        guard path.hasPrefix("/") else {
            throw ListenAddressError(text, "the path of a Unix domain socket must start with '/'")
        }
        guard !path.utf8.contains(0), path.utf8.count <= maximumPathBytes else {
            throw ListenAddressError(
                text, "the path of a Unix domain socket must have at most \(maximumPathBytes) bytes, none of them zero")
        }
        return path
    }

    private static func hostAndPort(in text: String) throws(ListenAddressError) -> Endpoint {
        guard !text.isEmpty else {
            throw ListenAddressError(text, "the address is empty")
        }
        guard !text.contains(",") else {
            throw ListenAddressError(text, "these are several addresses; give them one at a time")
        }
        guard !text.contains("://") else {
            throw ListenAddressError(text, "a URL is not an address; give host:port, without scheme and path")
        }
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            throw ListenAddressError(text, "the port is missing")
        }
        let host = try host(text[..<colon], in: text)
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = UInt16(digits)
        else {
            throw ListenAddressError(text, "'\(digits)' is not a port, which is a number from 0 to 65535")
        }
        return .tcp(host: host, port: Int(port))
    }

    private static func host(_ host: Substring, in text: String) throws(ListenAddressError) -> String {
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            guard address.contains(":"), !address.contains(where: { "[]/".contains($0) || $0.isWhitespace }) else {
                throw ListenAddressError(text, "'\(address)' is not an IPv6 address")
            }
            return String(address)
        }
        guard !host.contains(":") else {
            throw ListenAddressError(text, "an IPv6 address must be in brackets")
        }
        guard !host.contains(where: { "[]/".contains($0) || $0.isWhitespace || $0 == "\0" }) else {
            throw ListenAddressError(text, "'\(host)' is not a host")
        }
        return String(host)
    }
}
