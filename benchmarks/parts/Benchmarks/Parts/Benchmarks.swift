// SPDX-License-Identifier: Apache-2.0

internal import Benchmark
internal import Parts

let benchmarks: @Sendable () -> Void = {
    for part in Part.all {
        // The file that the suite reads cannot be written without the throughput.
        Benchmark(part.name, configuration: .init(metrics: [.wallClock, .throughput], maxDuration: .seconds(1))) {
            benchmark in
            let run = try part.prepare()
            // One iteration is `runs` of them, as for valgrind: some take less than a microsecond.
            benchmark.startMeasurement()
            for _ in 0..<part.runs {
                try run()
            }
            benchmark.stopMeasurement()
        }
    }
}
