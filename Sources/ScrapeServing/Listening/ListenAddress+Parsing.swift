// SPDX-License-Identifier: Apache-2.0

extension ListenAddress {
    /// The longest path of a Unix domain socket that every system takes.
    private static let maximumPathBytes = 103

    /// Reads `host:port`, `[IPv6]:port`, `:port` or `unix:/path`.
    ///
    /// The port is 0…65535, where 0 lets the system choose. Names are not resolved here.
    ///
    /// - Throws: ``ScrapeServerError`` that says what is wrong and what is expected.
    public init(_ text: String) throws(ScrapeServerError) {
        if text.hasPrefix("unix:") {
            self.init(unchecked: .unix(path: String(text.dropFirst("unix:".count))))
            try check(as: text)
        } else {
            self.init(unchecked: try Self.hostAndPort(in: text))
            try check(as: text)
        }
    }

    /// The address, where it is valid.
    func checked() throws(ScrapeServerError) -> ListenAddress {
        try check(as: description)
        return self
    }

    /// Throws where the address is not valid.
    private func check(as text: String) throws(ScrapeServerError) {
        switch endpoint {
        case .unix(let path): try Self.check(path: path, text)
        case .tcp(let host, _): try Self.check(host: host, text)
        }
    }

    private static func check(path: String, _ text: String) throws(ScrapeServerError) {
        guard path.hasPrefix("/") else {
            throw .invalidListenAddress(text, "the path of a Unix domain socket must start with '/'")
        }
        guard !path.utf8.contains(0), path.utf8.count <= maximumPathBytes else {
            throw .invalidListenAddress(
                text, "the path of a Unix domain socket must have at most \(maximumPathBytes) bytes, none of them zero")
        }
    }

    private static func check(host: String, _ text: String) throws(ScrapeServerError) {
        guard !host.contains(where: { "[]/".contains($0) || $0.isWhitespace || $0 == "\0" }) else {
            throw .invalidListenAddress(
                text, host.contains(":") ? "'\(host)' is not an IPv6 address" : "'\(host)' is not a host")
        }
        guard !host.contains(",") else {
            throw .invalidListenAddress(text, "these are several addresses; give them one at a time")
        }
    }

    private static func hostAndPort(in text: String) throws(ScrapeServerError) -> Endpoint {
        guard !text.isEmpty else {
            throw .invalidListenAddress(text, "the address is empty")
        }
        guard !text.contains(",") else {
            throw .invalidListenAddress(text, "these are several addresses; give them one at a time")
        }
        guard !text.contains("://") else {
            throw .invalidListenAddress(text, "a URL is not an address; give host:port, without scheme and path")
        }
        guard let colon = text.lastIndex(of: ":"), !text.hasSuffix("]") else {
            throw .invalidListenAddress(text, "the port is missing")
        }
        let host = try host(text[..<colon], in: text)
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDecimalDigit), let port = UInt16(digits) else {
            throw .invalidListenAddress(text, "'\(digits)' is not a port, which is a number from 0 to 65535")
        }
        return .tcp(host: host, port: Int(port))
    }

    /// The host without its brackets.
    private static func host(_ host: Substring, in text: String) throws(ScrapeServerError) -> String {
        if host.hasPrefix("["), host.hasSuffix("]") {
            let address = host.dropFirst().dropLast()
            guard address.contains(":") else {
                throw .invalidListenAddress(text, "'\(address)' is not an IPv6 address")
            }
            return String(address)
        }
        guard !host.contains(":") else {
            throw .invalidListenAddress(text, "an IPv6 address must be in brackets")
        }
        return String(host)
    }
}

extension ScrapeServerError {
    fileprivate static func invalidListenAddress(_ text: String, _ reason: String) -> ScrapeServerError {
        ScrapeServerError(
            .invalidListenAddress,
            "invalid listen address '\(text)': \(reason); expected host:port, [IPv6]:port, :port or unix:/path")
    }

    static let noListenAddress = ScrapeServerError(
        .invalidListenAddress, "there is no address to listen on; give at least one, such as 127.0.0.1:8090")
}
