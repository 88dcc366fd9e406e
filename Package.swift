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
    products: [
        .executable(name: "socket_exporter", targets: ["SocketExporter"]),
        .library(name: "SocketStatistics", targets: ["SocketStatistics"]),
        .library(name: "SocketMetrics", targets: ["SocketMetrics"]),
        .library(name: "Exposition", targets: ["Exposition"]),
        .library(name: "ScrapeServing", targets: ["ScrapeServing"]),
        .library(name: "MetricsExposition", targets: ["MetricsExposition"]),
    ],
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
        .target(name: "CSocketTypes", cSettings: cSettings),
        .target(
            name: "CNetlink",
            dependencies: ["CSocketTypes"],
            cSettings: cSettings,
            linkerSettings: [.linkedLibrary("mnl")]
        ),
        .target(
            name: "CBPFLoader",
            dependencies: ["CSocketTypes"],
            cSettings: cSettings,
            linkerSettings: [.linkedLibrary("bpf")]
        ),
        .target(
            name: "CSocketWalk", dependencies: ["CBPFLoader", "CSocketTypes"], exclude: ["bpf"], cSettings: cSettings),
        .target(name: "CPrivileges", cSettings: cSettings),
        .target(name: "CStartup", cSettings: cSettings),
        .target(
            name: "CSocketExporterBuild",
            cSettings: cSettings + [
                buildInformation("REVISION"),
                buildInformation("BRANCH"),
                buildInformation("BUILD_USER"),
                buildInformation("BUILD_DATE"),
            ]
        ),
        .target(
            name: "SocketStatistics",
            dependencies: [
                "CBPFLoader", "CNetlink", "CSocketTypes", "CSocketWalk",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(name: "Exposition", swiftSettings: swiftSettings),
        .target(
            name: "SocketMetrics", dependencies: ["Exposition", "SocketStatistics"], swiftSettings: swiftSettings),
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
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "MetricsExposition",
            dependencies: ["Exposition", .product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "TimeWaitExporter",
            dependencies: ["Exposition", "ScrapeServing", "SocketStatistics"],
            path: "Examples/TimeWaitExporter",
            exclude: ["time_wait_exporter.py"],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "RegistryBenchmark", dependencies: ["Exposition"], path: "benchmarks/registry",
            exclude: ["run", "prometheus_client_benchmark.py"], swiftSettings: testSettings),
        .executableTarget(
            // Not "Exporter": the targets of all packages share one space of names, and whoever writes an exporter with
            // these libraries will want that one.
            name: "SocketExporter",
            dependencies: [
                "CPrivileges",
                "CSocketExporterBuild",
                "CStartup",
                "Exposition",
                "ScrapeServing",
                "SocketMetrics",
                "SocketStatistics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Sources/Exporter",
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "NIOServer",
            dependencies: [
                "Exposition", "SocketMetrics", "SocketStatistics",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Examples/NIOServer",
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "ExpositionTests",
            dependencies: ["CAllocationCounter", "CThreadSanitizerSupport", "Exposition", "GoldenFileTestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: testSettings),
        .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter", cSettings: cSettings),
        .target(name: "CThreadSanitizerSupport", path: "Tests/Support/CThreadSanitizerSupport", cSettings: cSettings),
        .target(
            name: "GoldenFileTestSupport", path: "Tests/Support/GoldenFileTestSupport", swiftSettings: testSettings),
        .target(
            name: "ExampleStatistics", dependencies: ["SocketStatistics"], path: "Tests/Support/ExampleStatistics",
            swiftSettings: testSettings + [.enableUpcomingFeature("InternalImportsByDefault")]),
        .testTarget(
            name: "SocketMetricsTests",
            dependencies: [
                "ExampleStatistics", "Exposition", "KernelTestSupport", "SocketMetrics", "SocketStatistics",
            ],
            swiftSettings: testSettings),
        .testTarget(
            name: "SocketExporterTests",
            dependencies: [
                "SocketExporter", "ExampleStatistics", "Exposition", "GoldenFileTestSupport", "ScrapeServing",
                "SocketMetrics", "SocketStatistics",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            exclude: ["Fixtures"],
            swiftSettings: testSettings
        ),
        .target(
            name: "CNetlinkTestSupport", dependencies: ["CNetlink"], path: "Tests/Support/CNetlinkTestSupport",
            cSettings: cSettings),
        .testTarget(
            name: "CNetlinkTests",
            dependencies: ["CNetlink", "CNetlinkTestSupport", "CSocketTypes", "KernelTestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: swiftSettings
        ),
        .target(name: "CKernelTestSupport", path: "Tests/Support/CKernelTestSupport", cSettings: cSettings),
        .target(
            name: "KernelTestSupport",
            dependencies: ["CKernelTestSupport", "CPrivileges"],
            path: "Tests/Support/KernelTestSupport",
            swiftSettings: testSettings + [.enableUpcomingFeature("InternalImportsByDefault")]
        ),
        .testTarget(
            name: "SocketStatisticsTests",
            dependencies: [
                "CBPFLoader", "CNetlink", "CSocketTypes", "CSocketWalk", "KernelTestSupport", "SocketStatistics",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: testSettings
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
        ),
        .testTarget(
            name: "MetricsExpositionTests",
            dependencies: [
                "Exposition", "MetricsExposition", .product(name: "CoreMetrics", package: "swift-metrics"),
            ],
            swiftSettings: testSettings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["KernelTestSupport", "NIOServer", "SocketExporter", "TimeWaitExporter"],
            swiftSettings: testSettings
        ),
    ]
)
