// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

extension HTTPRequestHead {
    /// The path that the target names, without the query; proxies may send the scheme and the authority before it.
    var path: Substring {
        var target = uri[...]
        if !target.hasPrefix("/"), let authority = target.firstRange(of: "://") {
            let rest = target[authority.upperBound...]
            target = rest.firstIndex(where: { $0 == "/" || $0 == "?" || $0 == "#" }).map { rest[$0...] } ?? ""
        }
        let path = target.prefix { $0 != "?" && $0 != "#" }
        return path.isEmpty ? "/" : path
    }

    /// The length of the body where the head tells it.
    var declaredBodyBytes: Int? {
        headers.first(name: "content-length").flatMap { Int($0) }
    }

    /// Whether another request may follow on the connection after this one.
    ///
    /// Not after one that waits for `100 Continue`, which is answered without it: it is open whether the body follows.
    /// Nor after one that asks for another protocol: the decoder reads no further then.
    var permitsAnother: Bool {
        version == .http1_1 && isKeepAlive && method != .CONNECT && !headers.contains(name: "expect")
            && !headers.contains(name: "upgrade")
    }
}
