// SPDX-License-Identifier: Apache-2.0
//
// Runs one part, so that valgrind can count what it does:
//
//     run-part                # lists the parts, each with the runs to measure over
//     run-part NAME RUNS      # prepares, then runs it so many times

internal import Glibc
internal import Parts

let arguments = CommandLine.arguments.dropFirst()

func fail(_ message: String, code: CInt) -> Never {
    let line = Array("run-part: \(message)\n".utf8)
    _ = unsafe write(STDERR_FILENO, line, line.count)
    exit(code)
}

if arguments.isEmpty {
    for part in Part.all {
        print("\(part.runs)\t\(part.name)")
    }
    exit(0)
}
guard arguments.count == 2, let name = arguments.first, let runs = arguments.last.flatMap({ Int($0) }), runs >= 0 else {
    fail("usage: run-part [NAME RUNS]", code: 2)
}
guard let part = Part.all.first(where: { $0.name == name }) else {
    fail("there is no part \"\(name)\": without arguments, all are listed", code: 2)
}
do {
    let run = try part.prepare()
    for _ in 0..<runs {
        try run()
    }
} catch {
    fail("\(name): \(error)", code: 1)
}
