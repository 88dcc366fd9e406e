// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOHTTP1

/// What is to be done for a request.
enum RequestDecision: Hashable, Sendable {
    /// Answer with the metrics.
    case metrics(NegotiatedFormat)
    /// Answer with the landing page.
    case landingPage
    /// Answer at once.
    case answer(Answer)
}

/// Decides what a request asks for.
struct RequestRouter: Sendable {
    private static let healthPath = "/-/healthy"
    private static let readinessPath = "/-/ready"

    /// The paths that no configuration can give to something else.
    static let reservedPaths: Set<String> = [healthPath, readinessPath]

    /// The path of the metrics.
    let telemetryPath: String
    /// Whether the root shows a landing page, unless the metrics are there.
    let hasLandingPage: Bool

    /// The decision for the head of a request.
    func decide(_ request: HTTPRequestHead) -> RequestDecision {
        guard request.namesHost else {
            return .answer(.text(.badRequest, "A request must have exactly one Host header with a valid host name."))
        }
        guard let decision = decideGet(path: request.path, request.headers) else {
            return .answer(.text(.notFound, "Not found."))
        }
        guard request.method == .GET || request.method == .HEAD else {
            return .answer(
                .text(.methodNotAllowed, "Only GET and HEAD are allowed here.", fields: [.init("Allow", "GET, HEAD")]))
        }
        return decision
    }

    private func decideGet(path: Substring, _ headers: HTTPHeaders) -> RequestDecision? {
        switch path {
        case telemetryPath[...]: .metrics(NegotiatedFormat(accept: headers["accept"]))
        case "/" where hasLandingPage: .landingPage
        case Self.healthPath[...]: .answer(.text(.ok, "Healthy."))
        case Self.readinessPath[...]: .answer(.text(.ok, "Ready."))
        default: nil
        }
    }
}
