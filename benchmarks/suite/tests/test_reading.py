# SPDX-License-Identifier: Apache-2.0

import math
import unittest

from suite import microcounts, microtimes, population, servers
from suite.errors import SuiteError
from suite.load import Report


class ReadingTests(unittest.TestCase):
    def test_report_of_wrk(self):
        report = Report.parse("Running 1s test\nreport 5000 1000000 0\nlatencies 150:1000 200:3900 1500:100\n", 16)
        self.assertEqual(report, Report(5000, 1.0, 0.0002, 0.0015, 0))
        self.assertEqual(report.measures("x")["requests_per_second"], 5000)

    def test_wrk_without_a_report(self):
        with self.assertRaises(SuiteError):
            Report.parse("unable to connect", 1)
        with self.assertRaises(SuiteError):
            Report(0, 1, 0, 0, 7).measures("x")

    def test_values_of_a_scrape(self):
        scrape = servers.Scrape(0, 'a_b{source="bpf"} 0.5\na_b_c 7\n# TYPE a gauge\na{x="}"} 3\n', 0)
        self.assertEqual(scrape.value("a_b"), 0.5)
        self.assertEqual(scrape.value("a_b_c"), 7)
        self.assertIsNone(scrape.value("b_c"))

    def test_counts_of_exporters(self):
        text = ('socket_tcp_connections{family="ipv4",state="established"} 7\n'
                'socket_tcp_connections{family="ipv6",state="established"} 2\n'
                'socket_netns_tcp_connections{netns="self",state="established"} 9\n')
        self.assertEqual(servers.OUR_ESTABLISHED.findall(text), ["7", "2"])
        node = 'node_tcp_connection_states{state="established"} 1e+06'
        self.assertEqual(servers.NODE_ESTABLISHED.findall(node), ["1e+06"])
        self.assertEqual(servers.TIME_WAIT.findall('time_wait_count{type="Linux"} 5.0\n'), ["5.0"])

    def test_available_memory(self):
        self.assertEqual(population.available_bytes("MemFree: 1 kB\nMemAvailable:   2048 kB\n"), 2048 * 1024)
        self.assertEqual(population.available_bytes(""), 0)

    def test_what_stands_in_the_way_of_sockets(self):
        self.assertIsNone(population.obstacle_to(1_000_000, 4_500, 10 * 2**30, 2_000_000))
        self.assertIn("GB", population.obstacle_to(4_000_000, 4_500, 10 * 2**30, 10_000_000))
        self.assertIn("GB", population.obstacle_to(2_000_000, 7_000, 10 * 2**30, 10_000_000))
        self.assertIn("file-max", population.obstacle_to(1_000_000, 4_500, 10 * 2**30, 1_000_000))

    def test_what_is_left_in_a_control_group(self):
        self.assertEqual(population.left_in_group("max\n", "5\n"), math.inf)
        self.assertEqual(population.left_in_group("4096\n", "1024\n"), 3072)
        self.assertEqual(population.left_in_group("4096\n", "5000\n"), 0)

    def test_totals_of_valgrind(self):
        self.assertEqual(microcounts.INSTRUCTIONS.findall("==12== Collected : 1234567\n"), ["1234567"])
        self.assertEqual(microcounts.ALLOCATIONS.findall("==12== Total:     9,876 bytes in 1,234 blocks\n"), ["1,234"])

    def test_times_of_microbenchmarks(self):
        time = {"scoreUnit": "μs", "scorePercentiles": {"0.0": 1, "50.0": 2, "100.0": 4}}
        rate = {"scoreUnit": "# / s", "scorePercentiles": {"0.0": 1, "50.0": 2, "100.0": 4}}
        parsed = microtimes.parse([
            {"benchmark": "package.benchmark.TimedMicrobenchmarks.parse_/proc/1.5", "primaryMetric": rate,
             "secondaryMetrics": {"Time (wall clock)": time}}])
        self.assertEqual(list(parsed), [microtimes.key("parse /proc/1.5")])
        self.assertEqual([round(value * 1e6, 9) for value in parsed["parse_/proc/1.5"]], [1, 2, 4])
