// SPDX-License-Identifier: Apache-2.0

internal import Exposition
internal import NIOHTTP1

/// What is to be done for a request.
enum RequestDecision: Hashable, Sendable {
    /// Answer with the metrics.
    case metrics(Scrape, contentType: String)
    /// Answer with the landing page.
    case landingPage(Scrape)
    /// Answer at once.
    case answer(Answer)
}

/// A path that the server answers.
struct Route: Sendable {
    /// What a route does.
    enum Action: Sendable {
        case metrics
        case landingPage
        case answer(Answer)
    }

    /// GET, and HEAD with it.
    static let read: [HTTPMethod] = [.GET, .HEAD]

    let path: String
    let methods: [HTTPMethod]
    let action: Action
}

/// Every path that the server answers.
struct RouteTable: Sendable {
    private static let fixed = [
        Route(path: "/-/healthy", methods: Route.read, action: .answer(.text(.ok, "Healthy."))),
        Route(path: "/-/ready", methods: Route.read, action: .answer(.text(.ok, "Ready."))),
    ]

    /// The paths that no configuration can give to something else.
    static let reservedPaths = Set(fixed.map(\.path))

    private let routes: [Route]
    private let collectors: @Sendable () -> Registry.CollectorNames

    /// - Parameters:
    ///   - telemetryPath: The path of the metrics.
    ///   - hasLandingPage: Whether the root shows a landing page, unless the metrics are there.
    ///   - collectors: The names that a query may select.
    init(telemetryPath: String, hasLandingPage: Bool, collectors: @escaping @Sendable () -> Registry.CollectorNames) {
        var routes = [Route(path: telemetryPath, methods: Route.read, action: .metrics)]
        if hasLandingPage, telemetryPath != "/" {
            routes.append(Route(path: "/", methods: Route.read, action: .landingPage))
        }
        self.routes = routes + Self.fixed
        self.collectors = collectors
    }

    /// The decision for a request.
    ///
    /// - Parameter now: When the head of the request arrived.
    func decide(_ request: HTTPRequestHead, at now: ContinuousClock.Instant) -> RequestDecision {
        let path = request.path
        guard let route = routes.first(where: { $0.path == path }) else {
            return .answer(.text(.notFound, "Not found."))
        }
        guard route.methods.contains(request.method) else {
            return .answer(.methodNotAllowed(route.methods.map(\.rawValue)))
        }
        switch route.action {
        case .answer(let answer): return .answer(answer)
        case .landingPage: return .landingPage(Scrape(form: form(.landingPage, request)))
        case .metrics: return decideMetrics(request, at: now)
        }
    }

    private func decideMetrics(_ request: HTTPRequestHead, at now: ContinuousClock.Instant) -> RequestDecision {
        do {
            let negotiated = NegotiatedFormat(accept: request.headers["accept"])
            let scrape = Scrape(
                form: form(.metrics(negotiated.format), request),
                selection: try CollectorQuery(request.query).selection(from: collectors),
                deadline: request.scrapeBudget.map { now + $0 })
            return .metrics(scrape, contentType: negotiated.contentType)
        } catch {
            return .answer(.text(.badRequest, error.description))
        }
    }

    private func form(_ rendition: Rendition, _ request: HTTPRequestHead) -> CodedRendition {
        CodedRendition(rendition: rendition, coding: ContentCoding(acceptEncoding: request.headers["accept-encoding"]))
    }
}
