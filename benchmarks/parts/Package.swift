// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that who builds the exporter need not fetch a benchmark library. The exporter's targets are
// taken as they are, through the link `Project`: a dependency on its package would give neither CNetlink, which is no
// product, nor a build without SwiftNIO.

let isStrict = Context.environment["SOCKET_EXPORTER_STRICT"] == "1"

let swiftSettings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .strictMemorySafety(),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
    name: "parts",
    products: [.executable(name: "run-part", targets: ["PartRunner"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-system.git", from: "1.6.0"),
        // Without its traits, which bring interposers of malloc and of the Swift runtime: allocations are counted by
        // valgrind, which sees them all.
        .package(url: "https://github.com/ordo-one/benchmark.git", from: "1.38.1", traits: []),
    ],
    targets: [
        .target(name: "CSocketTypes", path: "Project/CSocketTypes"),
        .target(
            name: "CNetlink", dependencies: ["CSocketTypes"], path: "Project/CNetlink",
            linkerSettings: [.linkedLibrary("mnl")]),
        .target(
            name: "CBPFLoader", dependencies: ["CSocketTypes"], path: "Project/CBPFLoader",
            linkerSettings: [.linkedLibrary("bpf")]),
        .target(
            name: "CSocketWalk", dependencies: ["CBPFLoader", "CSocketTypes"], path: "Project/CSocketWalk",
            exclude: ["bpf"]),
        .target(
            name: "SocketStatistics",
            dependencies: [
                "CBPFLoader", "CNetlink", "CSocketTypes", "CSocketWalk",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Project/SocketStatistics",
            swiftSettings: swiftSettings
        ),
        .target(name: "Exposition", path: "Project/Exposition", swiftSettings: swiftSettings),
        .target(
            name: "Parts",
            dependencies: [
                "CNetlink", "CSocketTypes", "Exposition", "SocketStatistics",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(name: "PartRunner", dependencies: ["Parts"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "PartBenchmarks",
            dependencies: ["Parts", .product(name: "Benchmark", package: "benchmark")],
            path: "Benchmarks/Parts",
            swiftSettings: swiftSettings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ]
)
