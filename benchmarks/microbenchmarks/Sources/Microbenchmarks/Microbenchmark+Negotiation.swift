// SPDX-License-Identifier: Apache-2.0

internal import Exposition

extension Microbenchmark {
    /// The choice of a format by what Prometheus 3 sends.
    static var negotiation: Microbenchmark {
        Microbenchmark(name: "negotiate format", runs: 2_000) { () throws(MicrobenchmarkError) in
            let accept = """
                application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
                application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
                text/plain;version=0.0.4;q=0.3,*/*;q=0.2
                """
            return {
                guard NegotiatedFormat(accept: [accept]).format == .openMetrics else {
                    throw MicrobenchmarkError("Prometheus's header was not understood.")
                }
            }
        }
    }
}
