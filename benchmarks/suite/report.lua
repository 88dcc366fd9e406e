-- SPDX-License-Identifier: Apache-2.0
-- Makes wrk print one line of numbers instead of rounded text: requests, microseconds, 50th and 99th percentile in
-- microseconds, errors.
function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("report %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
