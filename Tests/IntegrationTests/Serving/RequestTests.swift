// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTestSupport
import Testing

/// Requests as they are on the wire, to the executable.
@Suite(.timeLimit(.minutes(5))) struct RequestTests {
    /// The response of the exporter to some bytes, until it closes the connection.
    private func answer(to request: String, _ exporter: ExporterProcess) throws -> String {
        let script = """
            import socket, sys
            host, port = sys.argv[1].split(':')
            connection = socket.create_connection((host, int(port)), timeout=20)
            connection.sendall(sys.argv[2].encode().decode('unicode_escape').encode('latin1'))
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536): sys.stdout.buffer.write(part)
            """
        return try ExporterProcess.run([], command: ["python3", "-c", script, exporter.address, request]).output
    }

    private static let get = "GET /-/ready HTTP/1.1\\r\\nHost: h\\r\\n"

    @Test func eachIsAnsweredAsHTTPHasIt() throws {
        let exporter = try ExporterProcess(["--source", "netlink"])
        for (request, status) in [
            ("GET / HTTP/1.1\\r\\nHost: a b\\r\\n\\r\\n", 400),
            ("GET / HTTP/1.0\\r\\nHost: a\\r\\nHost: a\\r\\n\\r\\n", 400),
            ("GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n", 400),
            ("GET / HTTP/1.1\\r\\n\\r\\n", 400),
            ("GET / HTTP/1.0\\r\\n\\r\\n", 200),
            ("\(Self.get)Content-Length: 9223372036854775808\\r\\n\\r\\n", 413),
            ("\(Self.get)Content-Length: 18446744073709551615\\r\\n\\r\\n", 413),
            ("\(Self.get)Content-Length: 99999999999999999999\\r\\n\\r\\n", 400),
            // Smuggling: which bytes are the body must not be open to question.
            ("\(Self.get)Content-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n", 400),
            ("\(Self.get)Content-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\nhello!", 400),
            ("\(Self.get)Content-Length: +5\\r\\n\\r\\nhello", 400),
            ("\(Self.get)Content-Length: 5, 5\\r\\n\\r\\nhello", 400),
            ("\(Self.get)Transfer-Encoding: xchunked\\r\\n\\r\\n0\\r\\n\\r\\n", 400),
            ("\(Self.get)Transfer-Encoding : chunked\\r\\n\\r\\n0\\r\\n\\r\\n", 400),
            ("\(Self.get) folded: 1\\r\\n\\r\\n", 400),
            ("GET /-/ready HTTP/1.1\\r\\nHost: h\\r\\nA\\x00: b\\r\\n\\r\\n", 400),
        ] {
            let answer = try answer(to: request, exporter)
            #expect(
                answer.hasPrefix("HTTP/1.1 \(status) ") || answer.hasPrefix("HTTP/1.0 \(status) "),
                "\(request): \(answer)")
            #expect(answer.ranges(of: "HTTP/1.").count == 1, "\(request): \(answer)")
            #expect(answer.contains("\r\nDate: "), "\(answer)")
        }
    }

    @Test func codingsAreNegotiatedAndAreTheSameForHEAD() throws {
        let exporter = try ExporterProcess(["--source", "netlink"])
        for (field, isGzip) in [
            ("gzip", true), ("GZIP", true), ("gzip;q=0, *", false), ("gzipped", false),
            ("identity;q=1, gzip;q=0.5", false),
            ("identity", false), ("*", true),
        ] {
            let head = try exporter.get("/metrics", curl: "-I -H 'Accept-Encoding: \(field)'").lowercased()
            let get = try exporter.get("/metrics", curl: "-o /dev/null -D - -H 'Accept-Encoding: \(field)'")
                .lowercased()
            #expect(get.contains("content-encoding: gzip") == isGzip, "\(field)")
            #expect(head.contains("content-encoding: gzip") == isGzip, "\(field)")
            let lengths = [head, get].map { $0.firstMatch(of: /content-length: (\d+)/).flatMap { Int($0.1) } ?? 0 }
            // The numbers in the exposition change a little between the answers.
            let whole = try exporter.get("/metrics").utf8.count
            let expected = isGzip ? 1..<whole / 3 : whole - 500..<whole + 500
            #expect(lengths.allSatisfy(expected.contains), "\(field): \(lengths) of \(whole)")
        }
        #expect(try exporter.get("/metrics", curl: "--compressed").hasPrefix("# HELP socket_tcp_connections "))
    }

    /// What a client sends at once is answered completely and in order, also after it has closed its side.
    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let exporter = try ExporterProcess(["--source", "netlink"])
        let body = "POST /-/ready HTTP/1.1\\r\\nHost: h\\r\\nContent-Length: 8\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n\\r\\n"
        let chunked =
            "GET /-/ready HTTP/1.1\\r\\nHost: h\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\n\\n\\n\\n\\n\\r\\n0\\r\\n\\r\\n"
        let requests = [
            "GET /-/healthy HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n", body, chunked,
            "GET /x HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n",
        ]
        let answer = try answer(to: [String](repeating: requests.joined(), count: 50).joined(), exporter)
        let statuses = answer.matches(of: #/HTTP/1\.1 (\d+)/#).map { String($0.1) }
        #expect(statuses == [[String]](repeating: ["200", "405", "200", "404"], count: 50).flatMap(\.self))
    }

    /// Clients that send 300 kB of requests in one go and read nothing.
    @Test func aFloodOfRequestsCostsLittleMemoryAndKeepsNobodyWaiting() throws {
        let exporter = try ExporterProcess(["--source", "netlink"])
        let script = """
            import socket, sys, urllib.request
            host, port = sys.argv[1].split(':')
            def memory(): return int(open(f'/proc/{sys.argv[2]}/status').read().split('VmRSS:')[1].split()[0])
            before = memory()
            clients = []
            for request in [b'GET / HTTP/1.1\\r\\n\\r\\n', b'GET / HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n', b'GET /metrics HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n']:
                for _ in range(40):
                    client = socket.create_connection((host, int(port)))
                    client.setblocking(False)
                    clients.append((client, request * (300_000 // len(request))))
            for _ in range(20):
                for client, bytes in clients:
                    try: client.send(bytes)
                    except OSError: pass  # it is full, or was closed after its bad requests
                print(urllib.request.urlopen(f'http://{host}:{port}/-/healthy', timeout=20).status)
            print(memory() - before)
            """
        let lines = try ExporterProcess.run(
            [], command: ["python3", "-c", script, exporter.address, "\(exporter.processID)"]
        )
        .output.split(separator: "\n")
        #expect(lines.dropLast() == [Substring](repeating: "200", count: 20)[...])
        // 11 kB for each connection, and as much again for chance.
        let kilobytes = try #require(lines.last.flatMap { Int($0) })
        #expect(kilobytes < 8_000)
        #expect(exporter.stop(signal: SIGTERM) == 0)
    }

    @Test func connectionsThatComeAndGoLeaveNothing() throws {
        let exporter = try ExporterProcess(["--source", "netlink"])
        let script = """
            import os, socket, struct, sys, time, urllib.request
            host, port = sys.argv[1].split(':')
            def descriptors(): return len(os.listdir(f'/proc/{sys.argv[2]}/fd'))
            def scrape(): return urllib.request.urlopen(f'http://{host}:{port}/metrics', timeout=20).status
            scrape()
            time.sleep(0.5)
            before = descriptors()
            for number in range(2000):
                client = socket.create_connection((host, int(port)))
                if number % 3 == 1: client.sendall(b'GET /metrics HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n')
                # Every other ends with a reset.
                if number % 2: client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                client.close()
            end = time.monotonic() + 200
            while descriptors() > before and time.monotonic() < end: time.sleep(0.1)
            left = descriptors()
            print(scrape(), left <= before)
            """
        let outcome = try ExporterProcess.run(
            [], command: ["python3", "-c", script, exporter.address, "\(exporter.processID)"])
        #expect(outcome.output == "200 True\n", "\(outcome.errors)")
    }

    @Test func idleConnectionsThatWereAnsweredCompressedHoldLittleMemory() throws {
        let exporter = try ExporterProcess(["--source", "netlink"])
        let script = """
            import socket, sys
            host, port = sys.argv[1].split(':')
            def memory(): return int(open(f'/proc/{sys.argv[2]}/status').read().split('VmRSS:')[1].split()[0])
            before, clients = memory(), []
            for _ in range(200):
                client = socket.create_connection((host, int(port)), timeout=20)
                client.sendall(b'GET /metrics HTTP/1.1\\r\\nHost: h\\r\\nAccept-Encoding: gzip\\r\\n\\r\\n')
                assert b'Content-Encoding: gzip' in client.recv(65536)
                clients.append(client)
            print(memory() - before)
            """
        let output = try ExporterProcess.run(
            [], command: ["python3", "-c", script, exporter.address, "\(exporter.processID)"]
        )
        .output
        // 11 kB for each, where the buffers of a compressor took 90.
        let kilobytes = try #require(Int(output.dropLast()))
        #expect(kilobytes < 6_000)
    }

    @Test func anAnswerThatWaitsForItsClientTakesNoSlot() throws {
        let exporter = try ExporterProcess(["--source", "netlink", "--web.max-requests", "2"])
        let script = """
            import socket, sys, time, urllib.error, urllib.request
            host, port = sys.argv[1].split(':')
            clients = []
            for _ in range(41):
                client = socket.socket()
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
                client.connect((host, int(port)))
                client.setblocking(False)
                try: client.send(b'GET /metrics HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n' * 150)
                except BlockingIOError: pass
                clients.append(client)
            def scrape():
                try: return urllib.request.urlopen(f'http://{host}:{port}/metrics', timeout=20).status
                except urllib.error.HTTPError as error: return error.code
            # Until the clients' answers wait for them, they are answered themselves, and there may be no slot.
            end, in_a_row = time.monotonic() + 200, 0
            while in_a_row < 5 and time.monotonic() < end:
                in_a_row = in_a_row + 1 if scrape() == 200 else 0
                time.sleep(0.1)
            print(in_a_row)
            """
        let scrapes = try ExporterProcess.run([], command: ["python3", "-c", script, exporter.address])
        #expect(scrapes.output == "5\n", "\(scrapes.errors)")
    }
}
