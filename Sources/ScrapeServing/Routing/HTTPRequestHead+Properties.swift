// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

extension HTTPRequestHead {
    // The decoder leaves the spaces after a value, which do not belong to it.
    private func values(_ name: String) -> [Substring] {
        headers[name].map { value in
            let end = value.utf8.lastIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            return end.map { value[...$0] } ?? ""
        }
    }

    /// The path that the target names, without the query.
    var path: Substring {
        let path = originForm.prefix { $0 != "?" && $0 != "#" }
        return path.isEmpty ? "/" : path
    }

    /// The query of the target, without the `?`; empty where there is none.
    var query: Substring {
        originForm.prefix { $0 != "#" }.drop { $0 != "?" }.dropFirst()
    }

    /// The target; proxies may send the scheme and the authority before it.
    private var originForm: Substring {
        let target = uri[...]
        guard let scheme = ["http://", "https://"].first(where: target.lowercased().hasPrefix) else { return target }
        let rest = target.dropFirst(scheme.count)
        return rest.firstIndex(where: { $0 == "/" || $0 == "?" || $0 == "#" }).map { rest[$0...] } ?? ""
    }

    /// How long a scrape may take: what `X-Prometheus-Scrape-Timeout-Seconds` says less half a second for the way, or
    /// half of it where it is shorter than a second. Nil where the field is missing, or is not a number of seconds
    /// between 0 and a day.
    var scrapeBudget: Duration? {
        let fields = values("x-prometheus-scrape-timeout-seconds")
        guard fields.count == 1, fields[0].utf8.allSatisfy({ $0 == UInt8(ascii: ".") || $0.isDecimalDigit }),
            let seconds = Double(fields[0]), seconds > 0, seconds <= 86_400
        else { return nil }
        return .seconds(seconds < 1 ? seconds / 2 : seconds - 0.5)
    }

    /// The length of the body where the head tells it; the greatest number for one that is greater.
    var declaredBodyBytes: Int? {
        // The decoder has checked that it is a number.
        values("content-length").first.map { Int($0) ?? .max }
    }

    /// Whether the request names its host as it must: once, from HTTP/1.1 on, and in the form of RFC 3986.
    var namesHost: Bool {
        let hosts = values("host")
        let isComplete = version == .http1_0 ? hosts.count <= 1 : hosts.count == 1
        return isComplete && hosts.allSatisfy { $0.utf8.allSatisfy(\.isInHost) }
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
