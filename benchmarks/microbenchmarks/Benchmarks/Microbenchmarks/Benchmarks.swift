// SPDX-License-Identifier: Apache-2.0

internal import Benchmark
internal import Microbenchmarks

let benchmarks: @Sendable () -> Void = {
    for microbenchmark in Microbenchmark.all {
        // The file that the suite reads cannot be written without the throughput.
        Benchmark(
            microbenchmark.name, configuration: .init(metrics: [.wallClock, .throughput], maxDuration: .seconds(1))
        ) {
            benchmark in
            let run = try microbenchmark.prepare()
            // One iteration is `runs` of them, as for valgrind: some take less than a microsecond.
            benchmark.startMeasurement()
            for _ in 0..<microbenchmark.runs {
                try run()
            }
            benchmark.stopMeasurement()
        }
    }
}
