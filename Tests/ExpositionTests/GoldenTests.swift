// SPDX-License-Identifier: Apache-2.0

import Exposition
import GoldenFileTestSupport
import Testing

/// `UPDATE_FIXTURES=1 swift test` makes the golden files again.
@Suite struct GoldenTests {
    @Test(arguments: [
        (ExpositionFormat.prometheusText, "families.prometheus.txt"), (.openMetrics, "families.openmetrics.txt"),
    ])
    func writesWhatTheGoldenFileHolds(format: ExpositionFormat, name: String) throws {
        try GoldenFile(name).expect(render(goldenFamilies, as: format))
    }
}
