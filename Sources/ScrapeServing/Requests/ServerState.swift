// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// What the connections of a server share. Confined to the event loop.
struct ServerState {
    let router: RequestRouter
    let limits: ConnectionLimits
    let slots: RequestSlots
    let registry: ConnectionRegistry
    let turns: Turns
    let clock: HTTPClock
    let worker: ScrapeWorker
    let statistics: HTTPStatistics
    let logger: Logger
}
