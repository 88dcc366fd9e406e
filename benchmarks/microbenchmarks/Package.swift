// swift-tools-version: 6.3
import PackageDescription

// A separate package, so that building the exporter does not fetch a benchmark library. The link `Project` leads to the
// sources of the exporter: a dependency on its package would neither offer CNetlink, which is not a product, nor build without
// SwiftNIO.

let isStrict = Context.environment["SOCKET_EXPORTER_STRICT"] == "1"

let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .strictMemorySafety(),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
    name: "microbenchmarks",
    products: [.executable(name: "run-microbenchmark", targets: ["MicrobenchmarkRunner"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system.git", from: "1.6.0"),
        // Without its traits, which interpose malloc and the Swift runtime: valgrind counts all allocations.
        .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.1", traits: []),
    ],
    targets: [
        .target(name: "CSocketTypes", path: "Project/CSocketTypes"),
        .target(
            name: "CNetlink", dependencies: ["CSocketTypes"], path: "Project/CNetlink",
            linkerSettings: [.linkedLibrary("mnl")]),
        .target(
            name: "SocketStatistics",
            dependencies: [
                "CNetlink", "CSocketTypes", .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Project/SocketStatistics",
            swiftSettings: swiftSettings
        ),
        .target(name: "Exposition", path: "Project/Exposition", swiftSettings: swiftSettings),
        .target(
            name: "Microbenchmarks",
            dependencies: [
                "CNetlink", "CSocketTypes", "Exposition", "SocketStatistics",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "MicrobenchmarkRunner", dependencies: ["Microbenchmarks"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "TimedMicrobenchmarks",
            dependencies: ["Microbenchmarks", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/Microbenchmarks",
            swiftSettings: swiftSettings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)
