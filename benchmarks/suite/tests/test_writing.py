# SPDX-License-Identifier: Apache-2.0

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from suite import compare, figures, markdown, paths, readme, render, servers
from suite.errors import SuiteError
from suite.labels import moved_apart
from suite.results import Results, Row, Table
from suite.spread import Spread, agree
from suite.tests.example import results


class FigureTests(unittest.TestCase):
    def test_three_digits(self):
        cases = [(0, "0"), (0.01234, "0.0123"), (1.234, "1.23"), (12.34, "12.3"), (123.4, "123"), (12345.6, "12,346")]
        for value, text in cases:
            self.assertEqual(figures.significant(value), text)

    def test_a_range_that_says_nothing_is_left_out(self):
        self.assertEqual(figures.with_range(Spread(2, 1, 3), figures.whole), "2 (1 to 3)")
        self.assertEqual(figures.with_range(Spread(2, 1.9, 2.1), figures.whole), "2")


class MarkdownTests(unittest.TestCase):
    def test_pipes_do_not_end_cells(self):
        self.assertEqual(markdown.lines(["a"], [["x | y"]]), "| a |\n| --- |\n| x \\| y |\n")

    def test_ratios_and_what_is_better_than_ours(self):
        run = results()
        text = markdown.section("T", run.tables["scraping"], [markdown.WALL, markdown.PEAK])
        self.assertIn("### 100,000 sockets", text)
        self.assertIn(f"| {servers.BPF} | 100 (90.0 to 110) | 1.00 |", text)
        self.assertIn("| node_exporter 1.5.0 | 50.0 (45.0 to 55.0) | 0.5 |", text)
        self.assertIn(f"Better than {servers.BPF}: node_exporter 1.5.0 (whole, ms: 0.5 × ours).", text)

    def test_destinations_tell_how_often_and_how_far_they_are_above(self):
        table = Table([Row("2 destinations with 1 each", {}, {"above": [0, 3, 1, 0]})])
        self.assertIn("| 2 destinations with 1 each | 2 of 4 | 1.00 | 3 |", markdown.destinations_section(table))

    def test_document_names_what_is_left_out(self):
        self.assertIn("- x is left out\n", markdown.document(results()))

    def test_document_tells_the_size_of_the_kernel_s_table(self):
        run = results()
        self.assertIn("; the kernel's table of connections has 262,144 buckets.", markdown.document(run))
        run.machine = {**run.machine, "established_table_buckets": "unknown"}
        self.assertIn("has an unknown number of buckets.", markdown.document(run))


class ResultsTests(unittest.TestCase):
    def test_are_read_as_written(self):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "results.json"
            results().save(path)
            self.assertEqual(Results.load(path), results())


class CompareTests(unittest.TestCase):
    def test_a_run_agrees_with_itself(self):
        self.assertTrue(all(item.agrees for item in compare.comparisons(results(), results())))

    def test_what_is_apart_is_told(self):
        apart = [item for item in compare.comparisons(results(), results(ours=0.2)) if not item.agrees]
        self.assertEqual({(item.key.table, item.key.measure) for item in apart}, {("scraping", "wall_seconds")})
        # Ours at three sizes, and there the ratios of two others.
        self.assertEqual([item.key.is_ratio for item in apart].count(False), 3)
        self.assertEqual([item.key.is_ratio for item in apart].count(True), 6)
        self.assertIn("| wall_seconds | 0.1 (0.09 to 0.11) | 0.2 (0.18 to 0.22) | 2.00 |", compare.report(apart))
        self.assertIn("| wall_seconds × ours | 7 | 3.5 | 0.50 |", compare.report(apart))

    def test_a_wide_spread_is_told_from_near_medians(self):
        def found(first, second):
            one, two = Spread.of(first), Spread.of(second)
            return compare.Comparison(compare.Key("t", "w", "m", False), one, two, agree(first, second, compare.TOLERANCE))

        wide, near = found([1, 2, 9], [2, 4, 6]), found([1, 1, 1], [1.05, 1.05, 1.05])
        self.assertEqual([(item.agrees, item.is_near) for item in (wide, near)], [(True, False), (True, True)])
        self.assertIn("| t | 2 of 2 | 1 |  |  |", compare.report([wide, near]))

    def test_what_hardly_differs_is_not_compared(self):
        run = results()
        for row in run.tables["scraping"].rows:
            row.samples["body_bytes"] = [1.0, 1.0, 1.0]
        measures = {item.key.measure for item in compare.comparisons(run, run)}
        self.assertEqual(measures, {"wall_seconds", "peak_bytes", "own_bytes"})

    def test_a_slower_machine_keeps_the_ratios(self):
        slower = results()
        for row in slower.tables["scraping"].rows:
            row.samples["wall_seconds"] = [2 * seconds for seconds in row.samples["wall_seconds"]]
        apart = [item for item in compare.comparisons(results(), slower) if not item.agrees]
        self.assertEqual({item.key.is_ratio for item in apart}, {False})

    def test_nine_of_ten_of_both_kinds_must_agree(self):
        def found(agreeing, of, is_ratio):
            key, spread = compare.Key("t", "w", "m", is_ratio), Spread(1, 1, 1)
            return [compare.Comparison(key, spread, spread, index < agreeing) for index in range(of)]

        self.assertTrue(compare.are_enough(found(9, 10, False) + found(9, 10, True)))
        self.assertTrue(compare.are_enough(found(10, 10, False)))
        self.assertFalse(compare.are_enough(found(10, 10, False) + found(8, 10, True)))
        self.assertFalse(compare.are_enough(found(8, 10, False) + found(10, 10, True)))
        self.assertFalse(compare.are_enough([]))

    def test_pages_that_are_committed_say_what_the_results_say(self):
        run = Results.load(paths.RESULTS / "results.json")
        before = Results.load(paths.RESULTS / render.PREVIOUS)
        pages = {
            "tables.md": markdown.document(run),
            "agreement.md": compare.document(before, run),
        }
        for name, page in pages.items():
            self.assertEqual((paths.RESULTS / name).read_text(), page, f"{name}: run python3 -m suite.render results")


class ReadmeTests(unittest.TestCase):
    def test_marks_are_filled(self):
        text = "a <!-- bench memory -->old<!-- /bench --> b <!-- bench bpf-time --><!-- /bench -->."
        facts = readme.facts_of(results())
        self.assertEqual(
            readme.fill(text, facts),
            "a <!-- bench memory -->19 MB<!-- /bench --> b <!-- bench bpf-time -->100 ms<!-- /bench -->.")

    def test_filling_again_changes_nothing(self):
        facts = readme.facts_of(results())
        once = readme.fill("<!-- bench comparison --><!-- /bench -->", facts)
        self.assertIn("| ss -tan \\| awk | 2,500 ms |", once)
        self.assertEqual(readme.fill(once, facts), once)

    def test_the_summary_has_ours_and_the_newest_node_exporter(self):
        rows = [line for line in readme.facts_of(results())["summary"].splitlines() if line.startswith("| ")][2:]
        self.assertEqual(
            [row.split(" | ")[0] for row in rows],
            ["| socket_exporter, bpf", "| socket_exporter, netlink", "| node_exporter 1.5.0"])

    def test_an_unknown_mark_is_an_error(self):
        with self.assertRaises(SuiteError):
            readme.fill("<!-- bench nonsense -->x<!-- /bench -->", {"memory": "1"})

    def test_check_finds_drift(self):
        with tempfile.TemporaryDirectory() as directory:
            text, run = Path(directory) / "README.md", Path(directory) / "results.json"
            text.write_text("<!-- bench memory -->1 MB<!-- /bench -->")
            results().save(run)
            with contextlib.redirect_stderr(io.StringIO()):
                self.assertEqual(readme.main(["--check"], text, run), 1)
            self.assertEqual(readme.main([], text, run), 0)
            self.assertEqual(readme.main(["--check"], text, run), 0)


class LabelTests(unittest.TestCase):
    def test_names_are_moved_apart_in_order(self):
        places = moved_apart([0.5, 0.5, 0.1], 0.1)
        self.assertGreaterEqual(places[1] - places[0] + 1e-9, 0.1)
        self.assertLess(places[2], places[0])
        self.assertEqual(moved_apart([], 0.1), [])
