# SPDX-License-Identifier: Apache-2.0

import importlib.machinery
import importlib.util
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
PATH = pathlib.Path(__file__).resolve().parent.parent / "metrics"
loader = importlib.machinery.SourceFileLoader("metrics", str(PATH))
metrics = importlib.util.module_from_spec(importlib.util.spec_from_loader("metrics", loader))
sys.modules["metrics"] = metrics
loader.exec_module(metrics)

EXPOSITION = r"""# TYPE a_sockets gauge
# HELP a_sockets Sockets by \"state\" | family.
a_sockets{family="ipv4",state="listen"} 1
a_sockets{family="ipv4",state="a,b=\"c\"}",extra="x"} 1e-05
# TYPE b counter
# HELP b All of them.
b_total 3
# TYPE c info
# HELP c Version.
c_info{version="1"} 1
# TYPE d_seconds histogram
# UNIT d_seconds seconds
# HELP d_seconds Time.
d_seconds_bucket{code="200",le="+Inf"} 1
d_seconds_count{code="200"} 1
d_seconds_sum{code="200"} 0.5
# TYPE e_count gauge
# HELP e_count Ends as a count.
e_count 1
# EOF
"""


class ParsingTests(unittest.TestCase):
    def setUp(self):
        self.found = metrics.parse(EXPOSITION)

    def test_names_and_types(self):
        self.assertEqual(
            [(metric.shown_name, metric.shown_kind) for metric in self.found.values()],
            [("a_sockets", "gauge"), ("b_total", "counter"), ("c_info", "gauge (info in OpenMetrics)"),
             ("d_seconds", "histogram"), ("e_count", "gauge")])

    def test_labels_of_all_samples_without_those_of_buckets(self):
        self.assertEqual(self.found["a_sockets"].labels, ["family", "state", "extra"])
        self.assertEqual(self.found["d_seconds"].labels, ["code"])

    def test_escapes_in_help(self):
        self.assertEqual(self.found["a_sockets"].help, 'Sockets by "state" | family.')

    def test_what_is_no_exposition_is_refused(self):
        for text in ["a b c d\n", "a_sockets 1\n", "# TYPE a gauge\nb 1\n"]:
            with self.subTest(text), self.assertRaises(metrics.MetricsError):
                metrics.parse(text)


class MergingTests(unittest.TestCase):
    def test_labels_are_united_in_order(self):
        first = metrics.parse('# TYPE a gauge\n# HELP a A.\na{x="1"} 1\n')
        second = metrics.parse('# TYPE b gauge\n# HELP b B.\n# TYPE a gauge\n# HELP a A.\na{x="1",y="1"} 1\n')
        merged = metrics.merge([first, second])
        self.assertEqual([(metric.name, metric.labels) for metric in merged], [("a", ["x", "y"]), ("b", [])])

    def test_golden_files_that_disagree_are_refused(self):
        for text in ["# TYPE a counter\n# HELP a A.\n", "# TYPE a gauge\n# HELP a B.\n"]:
            with self.subTest(text), self.assertRaises(metrics.MetricsError):
                metrics.merge([metrics.parse("# TYPE a gauge\n# HELP a A.\n"), metrics.parse(text)])


class DeclarationTests(unittest.TestCase):
    def test_declared_names(self):
        source = r'''
            static let a = MetricDescription.gauge("socket_a", help: "A.")
            static let b: MetricDescription = .counter(
                "socket_b_total", unit: "bytes", help: "B.")
            let c = try MetricDescription("\(prefix)_c_info", kind: .info, help: "C.")
            let e = MetricDescription(name, kind: kind)
            let f = MetricDescription.gauge("\(name)", help: "F.")
            /// .gauge("commented_out", help: "D.")
            static let g = MetricDescription.gauge("node_udp_queues", help: "G.")
            logger.info("Stopping", metadata: [:])
        '''
        self.assertEqual(metrics.declared(source), ["socket_a", "socket_b_total", r"\(prefix)_c_info"])

    def test_missing_names(self):
        shown = {"socket_a", "socket_c_info"}
        self.assertEqual(metrics.missing(["socket_a", r"\(prefix)_c_info"], shown), [])
        self.assertEqual(metrics.missing(["socket_b", r"\(prefix)_d"], shown), [r"\(prefix)_d", "socket_b"])


class TableTests(unittest.TestCase):
    def test_rows(self):
        found = metrics.merge([metrics.parse(EXPOSITION)])
        lines = metrics.table(found, {"b_total": "Not with --once."}).splitlines()
        self.assertEqual(
            lines[2], r'| `a_sockets` | gauge | `family`, `state`, `extra` | Sockets by "state" \| family. |')
        self.assertEqual(lines[3], "| `b_total` | counter | | All of them. Not with --once. |")

    def test_rows_without_a_golden_file(self):
        notes = {"rows": {"f_bytes": {"type": "gauge", "help": "F."}, "e_count": {"type": "gauge", "help": "E."}}}
        self.assertEqual([row.shown_name for row in metrics.rows(notes, [])], ["f_bytes", "e_count"])
        with self.assertRaises(metrics.MetricsError):
            metrics.rows(notes, metrics.merge([metrics.parse(EXPOSITION)]))

    def test_the_marks_stand_once(self):
        text = "a\n<!-- metrics -->\nold\n<!-- /metrics -->\nb\n"
        self.assertEqual(metrics.fill(text, r"new \1" + "\n"), "a\n<!-- metrics -->\nnew \\1\n<!-- /metrics -->\nb\n")
        for wrong in ["", text + text]:
            with self.subTest(wrong), self.assertRaises(metrics.MetricsError):
                metrics.fill(wrong, "new\n")


if __name__ == "__main__":
    unittest.main()
