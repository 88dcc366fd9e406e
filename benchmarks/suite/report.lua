-- SPDX-License-Identifier: Apache-2.0
-- Makes wrk print numbers instead of rounded text, in two lines: requests, microseconds, errors; and its histogram of
-- latencies, each bar as microseconds:count.
function done(summary, latency, requests)
    local e = summary.errors
    io.write(string.format("report %d %d %d\n", summary.requests, summary.duration,
        e.connect + e.read + e.write + e.status + e.timeout))
    local bars = {}
    for i = 1, #latency do
        bars[i] = string.format("%d:%d", latency(i))
    end
    io.write("latencies " .. table.concat(bars, " ") .. "\n")
end
