// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import ScrapeServing

/// Runs a test with a directory of its own: in /tmp, since the path of a UNIX-domain socket has room for 107 bytes, and
/// TMPDIR may be long.
func withDirectory<Result>(_ test: (String) async throws -> Result) async throws -> Result {
    var template = Array("/tmp/scrape-server-XXXXXX".utf8CString)
    let path = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
    defer { _ = unsafe rmdir(path) }
    return try await test(path)
}

/// Runs a test with a server's address that no other server can get, unlike a port of the system's choice, and a second
/// name of the same socket: it stays where the server removes the first, and tells whether anybody still listens.
func withAddressOfItsOwn<Result>(
    _ test: (_ address: ListenAddress, _ keepSecondName: @Sendable () throws -> ListenAddress) async throws -> Result
) async throws -> Result {
    try await withDirectory { directory in
        let (path, second) = (directory + "/socket", directory + "/second")
        defer { _ = unsafe unlink(second) }
        return try await test(ListenAddress("unix:\(path)")) { @Sendable in
            try #require(unsafe link(path, second) == 0)
            return try ListenAddress("unix:\(second)")
        }
    }
}
