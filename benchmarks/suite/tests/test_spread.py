# SPDX-License-Identifier: Apache-2.0

import importlib.util
import unittest

from suite.spread import Spread, agree, fit, ratios


class SpreadTests(unittest.TestCase):
    def test_holds_the_middle_and_the_ends(self):
        self.assertEqual(Spread.of([5, 1, 3]), Spread(3, 1, 5))
        self.assertEqual(Spread.of([4, 1, 3, 2]), Spread(2.5, 1, 4))
        self.assertEqual(Spread.of([7]), Spread(7, 7, 7))

    def test_ratio_is_of_rounds(self):
        # A disturbed round disturbs both: the ratio of medians would be the same here, its spread would not.
        self.assertEqual(ratios([2, 20, 2], [1, 10, 1]), [2, 2, 2])
        self.assertEqual(ratios([1, 3], [1, 1]), [1, 3])

    def test_ratio_beside_nothing(self):
        self.assertEqual(ratios([1, 2], [1, 0]), [])
        self.assertEqual(ratios([], []), [])
        self.assertEqual(ratios([1], []), [])

    def test_runs_agree_by_spread_or_by_nearness(self):
        self.assertTrue(agree([1, 2, 3], [2.5, 2.6, 2.7], 0))
        self.assertTrue(agree([2.5, 2.6, 2.7], [1, 2, 3], 0))
        self.assertTrue(agree([100], [109], 0.1))
        self.assertFalse(agree([100], [120], 0.1))
        # Ranges that only touch do not agree.
        self.assertFalse(agree([1, 1, 10], [9, 20, 20], 0.1))
        self.assertTrue(agree([0, 0], [0, 0], 0.1))

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not installed")
    def test_fit_finds_a_line_and_its_error(self):
        line = fit([1e3, 1e4, 1e6], [2 + 1e3 * 3, 2 + 1e4 * 3, 2 + 1e6 * 3])
        self.assertAlmostEqual(line["fixed"], 2, places=4)
        self.assertAlmostEqual(line["each"], 3)
        self.assertLess(line["worst"], 1e-6)

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not installed")
    def test_fit_heeds_small_sizes_too(self):
        line = fit([1, 10, 1e6], [1, 1, 1.1e6])
        self.assertLess(line["worst"], 1)
        self.assertGreater(line["worst"], 0.1)
