// SPDX-License-Identifier: Apache-2.0

/// How many of each there are series for; the rest are counted together.
struct SeriesLimits: Sendable, Hashable {
    var ports = 20
    var listeners = 200
    var namespaces = 200
}
