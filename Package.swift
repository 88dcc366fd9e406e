// swift-tools-version: 6.3
import PackageDescription

// MARK: - Settings

/// Warnings are errors where `SOCKET_EXPORTER_STRICT=1` is set (CI does), never for a user who builds with a newer
/// compiler that knows a new warning.
let isStrict = Context.environment["SOCKET_EXPORTER_STRICT"] == "1"
let strictSettings: [SwiftSetting] = isStrict ? [.treatAllWarnings(as: .error)] : []

let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .strictMemorySafety(),
    ] + strictSettings

/// Settings of tests, of test support, and of examples: these may call C without marking it as unsafe.
let testSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + strictSettings

/// Settings of Swift test support: what it imports is not visible to the tests.
let supportSettings = testSettings + [.enableUpcomingFeature("InternalImportsByDefault")]

let cSettings: [CSetting] =
    [.enableWarning("all"), .enableWarning("extra"), .enableWarning("conversion")]
    + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// A value that `--version` and `socket_exporter_build_info` show, which `make` passes in the environment.
///
/// A plain `swift build` shows "unknown": SwiftPM caches the evaluated manifest, so that a commit read here could be that of
/// an older build.
func buildInformation(_ name: String) -> CSetting {
    let value = Context.environment["SOCKET_EXPORTER_\(name)"] ?? "unknown"
    let escaped = value.filter { $0 != "\"" && $0 != "\\" && !$0.isNewline }
    return .define("CSEB_\(name)", to: "\"\(escaped)\"")
}

// MARK: - Products of other packages

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioConcurrencyHelpers = Target.Dependency.product(name: "NIOConcurrencyHelpers", package: "swift-nio")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let serviceLifecycleTestKit = Target.Dependency.product(
    name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

// MARK: - Libraries

let libraries: [Target] = [
    .target(name: "CSocketTypes", cSettings: cSettings),
    .target(
        name: "CNetlink", dependencies: ["CSocketTypes"], cSettings: cSettings, linkerSettings: [.linkedLibrary("mnl")]),
    .target(
        name: "CBPFLoader", dependencies: ["CSocketTypes"], cSettings: cSettings,
        linkerSettings: [.linkedLibrary("bpf")]),
    .target(name: "CSocketWalk", dependencies: ["CBPFLoader", "CSocketTypes"], exclude: ["bpf"], cSettings: cSettings),
    .target(
        name: "SocketStatistics",
        dependencies: [
            "CNetlink", "CSocketTypes", .target(name: "CBPFLoader", condition: .when(traits: ["BPF"])),
            .target(name: "CSocketWalk", condition: .when(traits: ["BPF"])), systemPackage,
        ],
        swiftSettings: swiftSettings),
    .target(name: "Exposition", swiftSettings: swiftSettings),
    .target(name: "SocketMetrics", dependencies: ["Exposition", "SocketStatistics"], swiftSettings: swiftSettings),
    .target(name: "ProcessMetrics", dependencies: ["Exposition", systemPackage], swiftSettings: swiftSettings),
    .target(name: "CScrapeServing", cSettings: cSettings, linkerSettings: [.linkedLibrary("z")]),
    .target(
        name: "ScrapeServing",
        dependencies: [
            "CScrapeServing", "Exposition", logging, nioCore, nioHTTP1, nioPosix, serviceLifecycle, unixSignals,
        ],
        swiftSettings: swiftSettings),
    .target(name: "MetricsExposition", dependencies: ["Exposition", coreMetrics], swiftSettings: swiftSettings),
]

// MARK: - Executables

let executables: [Target] = [
    .target(name: "CPrivileges", cSettings: cSettings),
    .target(name: "CStartup", cSettings: cSettings),
    .target(
        name: "CSocketExporterBuild",
        cSettings: cSettings + [
            buildInformation("REVISION"),
            buildInformation("BRANCH"),
            buildInformation("BUILD_USER"),
            buildInformation("BUILD_DATE"),
            buildInformation("SWIFT_VERSION"),
        ]),
    .executableTarget(
        // Not "Exporter": the names of targets are unique across all packages of a build, and the author of an exporter
        // that uses these libraries may want that one.
        name: "SocketExporter",
        dependencies: [
            "CPrivileges", "CSocketExporterBuild", "CStartup", "Exposition", "ProcessMetrics", "ScrapeServing",
            "SocketMetrics", "SocketStatistics", argumentParser, logging, nioConcurrencyHelpers, systemPackage,
        ],
        path: "Sources/Exporter",
        swiftSettings: swiftSettings),
    .executableTarget(
        name: "RegistryBenchmark",
        dependencies: ["Exposition"],
        path: "benchmarks/registry",
        exclude: ["run", "prometheus_client_benchmark.py"],
        swiftSettings: testSettings),
]

// MARK: - Examples

let examples: [Target] = [
    .executableTarget(
        name: "TimeWaitExporter",
        dependencies: ["Exposition", "ScrapeServing", "SocketStatistics"],
        path: "Examples/TimeWaitExporter",
        exclude: ["time_wait_exporter.py"],
        swiftSettings: swiftSettings),
    .executableTarget(
        name: "NIOServer",
        dependencies: ["Exposition", "SocketMetrics", "SocketStatistics", nioCore, nioHTTP1, nioPosix],
        path: "Examples/NIOServer",
        swiftSettings: testSettings),
]

// MARK: - Tests

let tests: [Target] = [
    .testTarget(
        name: "CNetlinkTests",
        dependencies: ["CNetlink", "CNetlinkTestSupport", "CSocketTypes", "KernelTestSupport"],
        exclude: ["Fixtures"],
        swiftSettings: swiftSettings),
    .testTarget(
        name: "ExpositionTests",
        dependencies: ["CAllocationCounter", "CThreadSanitizerSupport", "Exposition", "GoldenFileTestSupport"],
        exclude: ["Fixtures"],
        swiftSettings: testSettings),
    .testTarget(
        name: "IntegrationTests",
        dependencies: ["KernelTestSupport", "NIOServer", "SocketExporter", "TimeWaitExporter"],
        swiftSettings: testSettings),
    .testTarget(
        name: "MetricsExpositionTests",
        dependencies: ["Exposition", "MetricsExposition", coreMetrics],
        swiftSettings: testSettings),
    .testTarget(
        name: "ProcessMetricsTests", dependencies: ["Exposition", "ProcessMetrics"], swiftSettings: testSettings),
    .testTarget(
        name: "ScrapeServingTests",
        dependencies: [
            "Exposition", "ScrapeServing", logging, nioCore, nioEmbedded, nioHTTP1, nioHTTPCompression, nioPosix,
            serviceLifecycle, serviceLifecycleTestKit,
        ],
        swiftSettings: swiftSettings),
    .testTarget(
        name: "SocketExporterTests",
        dependencies: [
            "ExampleStatistics", "Exposition", "GoldenFileTestSupport", "ProcessMetrics", "ScrapeServing",
            "SocketExporter", "SocketMetrics", "SocketStatistics", argumentParser, logging, systemPackage,
        ],
        exclude: ["Fixtures"],
        swiftSettings: testSettings),
    .testTarget(
        name: "SocketMetricsTests",
        dependencies: [
            "ExampleStatistics", "Exposition", "KernelTestSupport", "SocketMetrics", "SocketStatistics", systemPackage,
        ],
        swiftSettings: testSettings),
    .testTarget(
        name: "SocketStatisticsTests",
        dependencies: [
            "CBPFLoader", "CNetlink", "CSocketTypes", "CSocketWalk", "KernelTestSupport", "SocketStatistics",
            systemPackage,
        ],
        swiftSettings: testSettings),
]

// MARK: - Test support

let testSupport: [Target] = [
    .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter", cSettings: cSettings),
    .target(name: "CKernelTestSupport", path: "Tests/Support/CKernelTestSupport", cSettings: cSettings),
    .target(
        name: "CNetlinkTestSupport",
        dependencies: ["CNetlink"],
        path: "Tests/Support/CNetlinkTestSupport",
        cSettings: cSettings),
    .target(name: "CThreadSanitizerSupport", path: "Tests/Support/CThreadSanitizerSupport", cSettings: cSettings),
    .target(
        name: "ExampleStatistics",
        dependencies: ["SocketStatistics"],
        path: "Tests/Support/ExampleStatistics",
        swiftSettings: supportSettings),
    .target(name: "GoldenFileTestSupport", path: "Tests/Support/GoldenFileTestSupport", swiftSettings: testSettings),
    .target(
        name: "KernelTestSupport",
        dependencies: ["CKernelTestSupport", "CPrivileges"],
        path: "Tests/Support/KernelTestSupport",
        swiftSettings: supportSettings),
]

// MARK: - Package

let package = Package(
    name: "socket_exporter",
    products: [
        .executable(name: "socket_exporter", targets: ["SocketExporter"]),
        .library(name: "SocketStatistics", targets: ["SocketStatistics"]),
        .library(name: "SocketMetrics", targets: ["SocketMetrics"]),
        .library(name: "ProcessMetrics", targets: ["ProcessMetrics"]),
        .library(name: "Exposition", targets: ["Exposition"]),
        .library(name: "ScrapeServing", targets: ["ScrapeServing"]),
        .library(name: "MetricsExposition", targets: ["MetricsExposition"]),
    ],
    traits: [
        .default(enabledTraits: ["BPF"]),
        .trait(name: "BPF", description: "The source bpf of SocketStatistics, which needs libbpf."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.10.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.8.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.30.0"),  // only for tests
        .package(url: "https://github.com/apple/swift-system.git", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.8.0"),
    ],
    targets: libraries + executables + examples + tests + testSupport
)
