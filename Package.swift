// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors where `SOCKET_EXPORTER_STRICT=1` is set (CI does), never for a user who builds with a newer
/// compiler that knows a new warning.
let isStrict = Context.environment["SOCKET_EXPORTER_STRICT"] == "1"

let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .strictMemorySafety(),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let cSettings: [CSetting] =
    [.enableWarning("all"), .enableWarning("extra"), .enableWarning("conversion")]
    + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// What `--version` and `socket_exporter_build_info` say, which `make` passes in the environment. A plain `swift build`
/// does not know: it keeps the evaluated manifest, and a commit found here would be that of an older build.
func buildInformation(_ name: String) -> CSetting {
    let value = Context.environment["SOCKET_EXPORTER_\(name)"] ?? "unknown"
    let escaped = value.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
    return .define("CSEB_\(name)", to: "\"\(escaped)\"")
}

/// Settings of tests, of what only they use, and of examples: these may call C without saying that it is unsafe.
let testSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
    name: "socket_exporter",
    products: [.library(name: "ScrapeServing", targets: ["ScrapeServing"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.10.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.8.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.30.0"),  // tests alone
        .package(url: "https://github.com/apple/swift-system.git", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.8.0"),
    ],
    targets: [
        .target(name: "Exposition", swiftSettings: swiftSettings),
        .target(name: "CScrapeServing", cSettings: cSettings, linkerSettings: [.linkedLibrary("z")]),
        .target(
            name: "ScrapeServing",
            dependencies: [
                "CScrapeServing",
                "Exposition",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "ScrapeServingTests",
            dependencies: [
                "Exposition",
                "ScrapeServing",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings
        )
    ]
)
