// SPDX-License-Identifier: Apache-2.0

/// Something that holds the present value of one series, and that any thread may change: a ``Gauge``, ``Counter`` or
/// ``Histogram``. It is here to be named, and not to be conformed to: it may come to require more.
public protocol Instrument: AnyObject, Sendable {
    /// What a scrape that comes now tells.
    var metricValue: MetricValue { get }
}
