// SPDX-License-Identifier: Apache-2.0
//
// Runs one microbenchmark, so that valgrind can count what it does:
//
//     run-microbenchmark                # lists them, each with the runs to measure over
//     run-microbenchmark NAME RUNS      # prepares, then runs it so many times

internal import Glibc
internal import Microbenchmarks

let arguments = CommandLine.arguments.dropFirst()

func fail(_ message: String, code: CInt) -> Never {
    let line = Array("run-microbenchmark: \(message)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
    exit(code)
}

if arguments.isEmpty {
    for microbenchmark in Microbenchmark.all {
        print("\(microbenchmark.runs)\t\(microbenchmark.name)")
    }
    exit(0)
}
guard arguments.count == 2, let name = arguments.first, let runs = arguments.last.flatMap({ Int($0) }), runs >= 0 else {
    fail("usage: run-microbenchmark [NAME RUNS]", code: 2)
}
guard let microbenchmark = Microbenchmark.all.first(where: { $0.name == name }) else {
    fail("there is no microbenchmark \"\(name)\": without arguments, all are listed", code: 2)
}
do {
    let run = try microbenchmark.prepare()
    for _ in 0..<runs {
        try run()
    }
} catch {
    fail("\(name): \(error)", code: 1)
}
