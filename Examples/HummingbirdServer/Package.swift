// swift-tools-version: 6.3
import PackageDescription

// A package of its own: Hummingbird is this example's dependency and not the project's.
let package = Package(
    name: "HummingbirdServer",
    dependencies: [
        // A package of your own names a URL and a version here, and needs no name.
        .package(name: "socket_exporter", path: "../.."),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
    ],
    targets: [
        .executableTarget(
            name: "HummingbirdServer",
            dependencies: [
                .product(name: "Exposition", package: "socket_exporter"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "SocketMetrics", package: "socket_exporter"),
                .product(name: "SocketStatistics", package: "socket_exporter"),
            ]
        )
    ]
)
